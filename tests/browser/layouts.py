"""Ten layouts as sites have them, written for these tests: what a banner must live with."""

from dataclasses import dataclass

RESET = "*{box-sizing:border-box}body{margin:0;color:#1a1a1a;background:#fff;font:1.0625rem/1.6 Georgia,serif}img,svg{max-width:100%}a{color:#0b3a75}"
DARK = "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#bcdcff}}"
WORDS = (
    "The bridge over the river will stay closed until spring, the council said on Tuesday.",
    "Engineers found cracks in two of its four piers, and want to look at the others.",
    "Traders on the east bank fear for their season. “Half of my buyers walk over that bridge.”",
    "A ferry is to run every twenty minutes from the old landing stage, at the price of a bus ticket.",
)
ARABIC = (
    "قال المجلس يوم الثلاثاء إن الجسر فوق النهر سيبقى مغلقًا حتى الربيع بعد العثور على تشققات.",
    "ويخشى التجار على الضفة الشرقية من ضياع موسمهم، فنصف زبائنهم يأتون عبر الجسر.",
)
JAPANESE = (
    "川に架かる橋は春まで閉鎖される、と市議会が火曜日に発表した。橋脚二本に亀裂が見つかったためである。",
    "東岸の商店主たちは売り上げを心配している。渡し船が二十分ごとに運航される予定である。",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """``inside`` is where the notice must stand: a CSS selector of its parent."""

    name: str
    html: str
    inside: str
    language: str = "en"


def text(words: tuple[str, ...] = WORDS) -> str:
    return "".join(f"<p>{line}</p>" for line in words)


def page(
    css: str, body: str, *, title: str = "Bridge closed until spring", lang: str = "en"
) -> str:
    direction = ' dir="rtl"' if lang == "ar" else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"{direction}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{RESET}{css}</style></head>\n{body}</html>\n"
    )


MENU = '<nav aria-label="Sections"><ul><li><a href="/">News</a></li><li><a href="/s">Sport</a></li><li><a href="/w">Weather</a></li></ul></nav>'
H1 = "Bridge closed until spring"
PICTURE = '<svg role="img" aria-label="The bridge" viewBox="0 0 160 50" width="100%" height="180"><rect width="160" height="50" fill="#8aa"/><path d="M0 40Q80 0 160 40" stroke="#345" fill="none" stroke-width="4"/></svg>'

NEWS = Layout(
    "news",
    page(
        DARK
        + "header,main,footer{max-width:60rem;margin:auto;padding:1rem}nav ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0}h1{font-size:2.5rem;line-height:1.1}",
        f'<body><header><a href="/">The Daily Courier</a>{MENU}</header><main><article><header><p>City</p><h1>{H1}</h1><p>By Ann Reporter, <time datetime="2017-03-31">31 March 2017</time></p></header>{PICTURE}{text()}</article></main><footer>© The Daily Courier</footer></body>',
    ),
    "article",
)
BLOG = Layout(
    "blog",
    page(
        DARK
        + "#page{display:grid;grid-template-columns:minmax(0,1fr) 14rem;gap:2rem;max-width:62rem;margin:auto;padding:1rem}@media(max-width:40rem){#page{display:block}}.entry-title{letter-spacing:-.02em}",
        f'<body class="single"><div id="page"><main id="main"><article class="post-17 hentry"><div class="entry-header"><h1 class="entry-title">{H1}</h1></div><div class="entry-content">{text()}</div></article></main><aside aria-label="About"><h2>About</h2><p>Notes from the river.</p></aside></div></body>',
    ),
    "article",
)
DOCS = Layout(
    "docs",
    page(
        DARK
        + "body{font-family:system-ui,sans-serif}.bar{position:sticky;top:0;height:3rem;padding:.6rem 1rem;background:#1b2b45;color:#fff}.bar a{color:#fff}.shell{display:grid;grid-template-columns:14rem minmax(0,1fr) 10rem}@media(max-width:50rem){.shell{grid-template-columns:minmax(0,1fr)}.toc{display:none}}main{padding:1rem 2rem}pre{overflow:auto;padding:1rem;background:#8882}",
        f'<body><header class="bar"><a href="/">Kit docs</a></header><div class="shell"><nav aria-label="Pages"><ul><li><a href="/1">Install</a></li><li><a href="/2">Use</a></li></ul></nav><main><h1>Install the kit</h1><p>Needs a shell.</p><pre tabindex="0"><code>kit install --with-a-long-option=that-does-not-break-anywhere-at-all</code></pre>{text()}</main><div class="toc"><p>On this page</p></div></div></body>',
        title="Install the kit",
    ),
    "main",
)
MAGAZINE = Layout(
    "magazine",
    page(
        DARK
        + "article{display:grid;grid-template-columns:[full-start] minmax(1rem,1fr) [text-start] minmax(0,38rem) [text-end] minmax(1rem,1fr) [full-end]}article>*{grid-column:text}.hero{grid-column:full;min-height:14rem;padding:3rem 1rem;background:linear-gradient(#123,#456);color:#fff;text-align:center}",
        f'<body><main><article><div class="hero"><p>Long read</p><h1>{H1}</h1></div>{text()}</article></main></body>',
    ),
    "article",
)
WIKI = Layout(
    "wiki",
    page(
        DARK
        + "body{font:.9375rem/1.5 sans-serif}main{padding:1rem;margin-inline-start:10rem;border-inline-start:1px solid #a7d7f9}@media(max-width:40rem){main{margin:0;border:0}}table.box{float:right;width:12rem;margin:0 0 1rem 1rem;border:1px solid #a2a9b1;border-collapse:collapse}",
        f'<body><main><div class="float"></div><h1>Old Bridge</h1><table class="box"><caption>Old Bridge</caption><tr><th scope="row">Built</th><td>1871</td></tr><tr><th scope="row">Length</th><td>212 m</td></tr></table>{text()}<h2>History</h2>{text()}</main></body>',
        title="Old Bridge",
    ),
    "main",
)
OFFICE = Layout(
    "office",
    page(
        DARK
        + "body{font-family:Arial,sans-serif}.top{background:#0b0c0c;color:#fff;padding:.75rem 1rem}.top a{color:#fff}.wrap{max-width:60rem;margin:0 auto;padding:0 1rem}p,h1{margin:0 0 1.25rem}h1{font-size:2rem}",
        f'<body><a href="#c">Skip to content</a><header class="top"><a href="/">City office</a></header><div class="wrap"><main id="c"><div class="heading"><span>Notice</span><h1>{H1}</h1></div>{text()}</main></div></body>',
    ),
    "main",
)
TABLES = Layout(  # of 2001: no landmark, no headline, colours in attributes
    "tables",
    page(
        "td{vertical-align:top}",
        f'<body bgcolor="#ffffff" text="#000000"><table role="presentation" width="100%" cellpadding="6"><tr><td width="90"><a href="/">Home</a><br><a href="/a">Archive</a></td><td><font size="5"><b>{H1}</b></font>{text()}</td></tr></table></body>',
    ),
    "body",
)
NIGHT = Layout(  # always dark, and its styles meet every section and every link
    "night",
    page(
        "body{color:#ddd;background:#101014;font-family:system-ui,sans-serif}section{display:none;opacity:0;position:absolute;left:-99rem;background:#000;color:#333}main section.shown{display:block;opacity:1;position:static;color:#ddd}main p{color:#ccc;font-size:.95rem;text-transform:none;letter-spacing:.03em}main a{color:#8cf;text-decoration:none;display:block;padding:1rem;border:1px solid}main strong{color:#fa0;font-size:3rem}time{display:none}",
        f'<body><main><h1>{H1}</h1><section class="shown" aria-label="Text">{text()}</section></main></body>',
    ),
    "main",
)
ARABIC_NEWS = Layout(
    "arabic",
    page(
        DARK
        + "body{font-family:'Noto Naskh Arabic',serif}main{max-width:44rem;margin:auto;padding:1rem}",
        f"<body><main><article><h1>إغلاق الجسر حتى الربيع</h1>{text(ARABIC)}</article></main></body>",
        title="إغلاق الجسر حتى الربيع",
        lang="ar",
    ),
    "article",
    "ar",
)
FLEX = Layout(  # main is a row, as single-page applications have it
    "flex",
    page(
        DARK
        + "body{display:flex;flex-direction:column;min-height:100vh;font-family:sans-serif}main{flex:1}article{display:flex;flex-direction:column;align-items:center;padding:1rem}article>*{max-width:40rem}",
        f"<body><main><article><div><h1>橋は春まで閉鎖</h1></div><div>{text(JAPANESE)}</div></article></main></body>",
        title="橋は春まで閉鎖",
        lang="ja",
    ),
    "article",
    "ja",
)
LAYOUTS = (NEWS, BLOG, DOCS, MAGAZINE, WIKI, OFFICE, TABLES, NIGHT, ARABIC_NEWS, FLEX)
