"""The one-off audit: documents in, one report out; nothing is remembered."""

from checker.service.audit.auditor import Auditor
from checker.service.audit.options import AUDIT, AuditOptions, Result

__all__ = ["AUDIT", "AuditOptions", "Auditor", "Result"]
