"""A mailer that keeps what it was given and answers as it was told to."""

from checker.ports import Delivery, Mail, Sent


class FakeMailer:
    """``answers`` are given one by one; when they are used up, every mail is sent."""

    def __init__(self, *answers: Delivery) -> None:
        self.answers = list(answers)
        self.attempts: list[Mail] = []
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> Delivery:
        self.attempts.append(mail)
        answer = self.answers.pop(0) if self.answers else Sent("kept")
        if isinstance(answer, Sent):
            self.sent.append(mail)
        return answer

    def rest(self) -> None:
        self.rests = getattr(self, "rests", 0) + 1
