"""A page's outline keeps what a person acts on, and every text once."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.compress.text.page import MOST_CHARS, all_kept, compress_page
from router.compress.text.snapshot import parse_any, parse_line

SHOP = """### Page
- Page URL: https://shop.test/cart?x=1
- Page Title: Cart
### Snapshot
```yaml
- generic [active] [ref=e1]:
  - banner [ref=e2]:
    - link "Shop: home" [ref=e3] [cursor=pointer]:
      - /url: /
      - img "Logo" [ref=e4]
    - navigation "Main menu" [ref=e5]:
      - list [ref=e6]:
        - listitem [ref=e7]:
          - link "Books" [ref=e8] [cursor=pointer]:
            - /url: /books
        - listitem [ref=e9]:
          - link [ref=e10] [cursor=pointer]:
            - /url: /account
            - img [ref=e11]
  - main [ref=e12]:
    - heading "Your cart" [level=1] [ref=e13]
    - alert [ref=e14]: "Only 2 left: order soon"
    - table [ref=e15]:
      - rowgroup [ref=e16]:
        - row "Pencil 2 Remove" [ref=e17]:
          - cell "Pencil" [ref=e18]
          - cell "2" [ref=e19]:
            - spinbutton "Quantity" [ref=e20]: "2"
          - cell "Remove" [ref=e21]:
            - button "Remove" [ref=e22] [cursor=pointer]:
              - generic [ref=e23]: Remove
        - row "Brush 1 Remove" [ref=e24]:
          - cell "Brush" [ref=e25]
          - cell "1" [ref=e26]:
            - spinbutton "Quantity" [disabled] [ref=e27]: "1"
          - cell "Remove" [ref=e28]:
            - button "Remove" [disabled] [ref=e29]:
              - generic [ref=e30]: Remove
    - generic [ref=e31]:
      - text: Coupon
      - textbox "Coupon" [active] [ref=e32]:
        - /placeholder: SAVE10
        - text: Coupon
    - checkbox "Gift wrap" [checked] [ref=e33]
    - generic [ref=e34]: Gift wrap
    - generic [ref=e35] [cursor=pointer]:
      - img [ref=e36]
      - generic [ref=e37]: Continue as guest
    - combobox "Country" [ref=e38]:
      - option "Norway" [selected]
      - option "Peru"
    - 'button "Pay: now \\"fast\\" it''s safe" [ref=e39]'
    - paragraph [ref=e40]:
      - text: By paying you accept our
      - link "terms" [ref=f1e41] [cursor=pointer]:
        - /url: /terms
      - text: .
```
### Console
- [LOG] ready @ app.js:12
"""


@pytest.fixture(scope="module")
def outline() -> str:
    return compress_page(SHOP).text


@pytest.mark.parametrize(
    "line",
    [
        'link "Shop: home" e3 img "Logo"',
        'link "Books" e8',
        "link e10 -> /account",
        "# Your cart",
        "alert: Only 2 left: order soon",
        'Pencil spinbutton "Quantity" e20: 2 button "Remove" e22',
        'Brush spinbutton "Quantity" e27 [disabled]: 1 button "Remove" e29 [disabled]',
        'textbox "Coupon" e32 [active]',
        "placeholder: SAVE10",
        'checkbox "Gift wrap" e33 [checked]',
        "generic e35",
        "Continue as guest",
        'combobox "Country" e38',
        'option "Norway" [selected]',
        'option "Peru"',
        'button "Pay: now \\"fast\\" it\'s safe" e39',
        'By paying you accept our link "terms" f1e41',
    ],
)
def test_what_a_person_acts_on_stands_beside_its_row(outline: str, line: str) -> None:
    assert line in outline


@pytest.mark.parametrize(
    "text", ["rowgroup", "cursor", "e17", "e23", "/books", "/url", '"Pencil 2 Remove"', "level="]
)
def test_wrappers_and_addresses_go(outline: str, text: str) -> None:
    assert text not in outline


def test_what_is_no_snapshot_stays_as_it_is(outline: str) -> None:
    assert outline.startswith("### Page\n- Page URL: https://shop.test/cart?x=1\n- Page Title: Cart\n")
    assert outline.endswith("```\n### Console\n- [LOG] ready @ app.js:12\n")


def test_a_value_equal_to_the_label_is_kept(outline: str) -> None:
    after = outline.partition('textbox "Coupon" e32 [active]')[2]
    assert after.split("checkbox")[0].count("Coupon") == 1


def test_a_name_is_said_once(outline: str) -> None:
    assert outline.count("Gift wrap") == 1
    assert outline.count("Remove") == 2
    assert outline.count("Your cart") == 1


PROSE_PAGE = "\n".join(f"- paragraph [ref=e{n}]: {'a page of prose alone ' * 8}{n}" for n in range(9))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('- button "Go" [ref=e1]', "small already"),
        ("# Notes\n" + "- item: one line of a list\n" * 100, "no page snapshot"),
        ("- link " + '"' * 2000 + " [ref=e1]\n" * 3, "no page snapshot"),
        (PROSE_PAGE, "little to gain"),
    ],
)
def test_a_text_that_would_not_gain_comes_back(text: str, reason: str) -> None:
    done = compress_page(text)
    assert (done.text, done.report.reason) == (text, reason)


ROLES = (
    "button",
    "link",
    "textbox",
    "checkbox",
    "generic",
    "row",
    "cell",
    "heading",
    "listitem",
    "dialog",
    "text",
)
NAMES = ("Save", 'a "b"', "it's: x", "Ünï çødé", "1.5 %", "", "[ref=e9]", "back\\slash", "Save all")


def random_page(seed: int) -> tuple[str, list[tuple[str, str, str]]]:
    """A page and, for each button, link, box or pointer in it, its role, name and reference."""
    pick = random.Random(seed)
    lines, acting, indent, pointers = [], [], 0, [(-1, False)]
    for number in range(pick.randint(40, 80)):
        role, name = pick.choice(ROLES), pick.choice(NAMES)
        indent = max(0, min(indent + pick.choice((-4, -2, 0, 2)), 16))
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        while pointers[-1][0] >= indent:
            pointers.pop()
        pointer = pick.random() < 0.2 and not pointers[-1][1]
        pointers.append((indent, pointer or pointers[-1][1]))
        key = f'{role} "{escaped}"' if name else role
        key += " [disabled]" if pick.random() < 0.1 and role == "button" else ""
        key += f" [ref=e{number}]" + (" [cursor=pointer]" if pointer else "")
        quoted = "'" + key.replace("'", "''") + "'" if "'" in key or ": " in key else key
        lines.append(" " * indent + "- " + (f"text: {name or 'x'}" if role == "text" else quoted))
        if role in ("button", "link", "textbox", "checkbox") or (pointer and role != "text"):
            acting.append((role, escaped, f"e{number}"))
    return "\n".join(lines), acting


def missing(outline: str, acting: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Elements whose role, name and reference do not stand together."""
    return [
        (role, name, ref)
        for role, name, ref in acting
        if not re.search(
            re.escape(f'{role} "{name}" {ref}' if name else f"{role} {ref}") + r"(?!\w)", outline
        )
    ]


@pytest.mark.slow
def test_no_acting_element_is_lost_on_random_pages() -> None:
    shorter = 0
    for seed in range(300):
        page, acting = random_page(seed)
        done = compress_page(page)
        if done.report.reason:
            assert done.text == page
            continue
        shorter += 1
        assert missing(done.text, acting) == [], f"seed {seed}"
        assert len(done.text) < len(page)
    assert shorter > 250


def test_no_text_is_lost_on_random_pages() -> None:
    texts = 0
    for seed in range(100):
        page, _ = random_page(seed)
        made = "".join(compress_page(page).text.split())
        said = {line.partition("- text: ")[2] for line in page.split("\n") if "- text: " in line}
        assert [text for text in said if "".join(text.split()) not in made] == [], f"seed {seed}"
        texts += len(said)
    assert texts > 200


PIECES = st.sampled_from(
    [
        "- ",
        "link",
        "generic",
        "text",
        "/url",
        ' "a b"',
        ' "a \\" b"',
        ' ""',
        " [ref=e1]",
        " [ref=f2e3]",
        " [cursor=pointer]",
        ":",
        " [checked]",
        " [level=2]",
        ": ",
        " value",
        '"',
        "'",
        "]",
        "[",
        " ",
        "\\",
        "<changed> ",
        ' "a [ref=e9] b"',
        "\t",
        "ref=e4",
        " [unchanged]",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=9).map("".join), st.integers(0, 6))
def test_the_usual_form_is_read_as_any_form_is(pieces: str, indent: int) -> None:
    body = f"- {pieces}"
    assert parse_line(" " * indent + body) == parse_any(indent, body)


@pytest.mark.parametrize("body", ['- link "a" [ref=e1] [cursor=pointer]:', "- cell [ref=e2]: 5", "- text: x"])
def test_the_usual_form_is_read(body: str) -> None:
    assert parse_line("  " + body) == parse_any(2, body) != None  # noqa: E711


def test_the_check_notices_a_lost_element() -> None:
    page, acting = random_page(1)
    nodes = [node for node in map(parse_line, page.split("\n")) if node]
    made = compress_page(page).text
    assert all_kept(nodes, made)
    ref = acting[0][2]
    damaged = re.sub(rf"\b{ref}\b", "", made)
    assert missing(damaged, acting) and not all_kept(nodes, damaged)


def test_a_pointer_that_is_the_buttons_own_is_no_second_element() -> None:
    page = "".join(
        f"- button [ref=a{n}] [cursor=pointer]:\n  - generic [ref=b{n}] [cursor=pointer]: Go {n}\n"
        f"- generic [ref=c{n}] [cursor=pointer]:\n  - generic [ref=d{n}] [cursor=pointer]: Stay {n}\n"
        for n in range(9)
    )
    lines = compress_page(page).text.splitlines()[1:]
    assert lines[:2] == ["button a0 Go 0", "generic c0 generic d0: Stay 0"] and len(lines) == 18


def test_an_input_says_its_value_and_a_wrapper_no_tooltip() -> None:
    page = "".join(
        f'- textbox "City" [ref=a{n}]: City\n- generic "since 1999" [ref=b{n}]:\n  - generic [ref=c{n}]: shop {n}\n'
        for n in range(12)
    )
    assert compress_page(page).text.splitlines()[1:3] == ['textbox "City" a0: City', "shop 0"]


CHANGED = """- <changed> generic [active]:
  - dialog "Cookies" [ref=e1]:
    - ref=e2 [unchanged]
    - <changed> button "Dismiss" [ref=e5] [cursor=pointer]: Me want it!
  - iframe [ref=e6]:
BLANK
  - generic [ref=e7]:
    - text: \ue900
    - deletion [ref=e8]: $10
    - progressbar [ref=e9]:
      - generic [ref=e10]: 50%
    - 'link "It''s: here" [ref=f2e11] [cursor=pointer]':
      - /url: "#here"
""".replace("BLANK", " " * 6)


def test_what_newer_versions_print_is_understood() -> None:
    wrapped = CHANGED + '- generic [ref=e20]:\n  - generic "x" [ref=e21]\n' * 12
    lines = compress_page(wrapped).text.splitlines()[1:]
    assert lines[:8] == [
        'dialog "Cookies"',
        " e2 unchanged",
        ' <changed> button "Dismiss" e5: Me want it!',
        "iframe",
        "deletion: $10",
        "progressbar 50%",
        'link "It\'s: here" f2e11',
        "x",
    ]


def test_the_original_is_kept_and_its_handle_told() -> None:
    store: list[str] = []
    done = compress_page(SHOP, keep=lambda text: store.append(text) or "d4")  # type: ignore[func-returns-value]
    assert store == [SHOP] and done.report.handle == "d4"
    assert done.text.count("llm-router raw d4]") == 1


def test_a_page_that_cannot_be_kept_stays() -> None:
    def full(text: str) -> str:
        raise OSError(28, "No space left on device")

    assert compress_page(SHOP, keep=full).text == SHOP


def test_yaml_that_is_no_snapshot_keeps_its_fence() -> None:
    config = "```yaml\n- name: build\n- name: test\n```\n"
    done = compress_page(config + SHOP + config)
    assert done.text.startswith(config) and done.text.endswith(config)


NESTED = "\n".join(" " * depth + f'- generic "x{depth}" [ref=e{depth}]:' for depth in range(3000))


@pytest.mark.parametrize(
    "text",
    [
        NESTED,
        '- button "' + "\\" * 300_000 + '" [ref=e1]',
        "- '" + "''" * 300_000 + " [ref=e1]",
        "- button" + " [a=b]" * 100_000 + " [ref=e1]",
        "- button [ref=" * 50_000,
        ("- text: " + "x" * 1_000_000 + " [ref=e1]\n") * 3,
        '- button "Go" [ref=e1]\n' * 20_000,
        '\ud800 [ref=e1]\n- link "\udfff" [ref=e2]\n' * 200,
        "\x00[ref=" * 10_000,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_hostile_pages_come_back(text: str) -> None:
    done = compress_page(text)
    assert len(done.text) <= len(text)
    assert done.text == text or done.report.saved >= 0.05


def test_a_page_beyond_the_bound_is_not_looked_at() -> None:
    page = '- button "Go" [ref=e1]\n' * (MOST_CHARS // 20)
    assert compress_page(page).text is page
