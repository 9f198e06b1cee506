"""Time and saving on a made-up answer and a made-up page, at usual and at large sizes: CPU ms and share of characters."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.compress.text.answer import compress_answer
from router.compress.text.compressed import Compressed
from router.compress.text.page import compress_page

REPEATS = 15
SECTION = """The ledger is locked twice: `post` takes the lock and `withdraw` takes it again. You should not call one from
inside the other; with 2 workers it stops after at most 30 s.

```python
def withdraw(self, money):
    if money.amount <= 0:
        raise ValueError("amount must be positive")
    self.balance -= money
```

| call | before | after |
|------|--------|-------|
| post | 9.4 s  | 12 ms |

- `src/ledger.py:42` needs the same change.
- Run `pytest -q tests/test_ledger.py` afterwards.

"""
PRODUCT = """      - row "Pencil {n} 2 Remove" [ref=e{n}0]:
        - cell "Pencil {n}" [ref=e{n}1]:
          - link "Pencil {n}" [ref=e{n}2] [cursor=pointer]:
            - /url: /shop/products/pencil-{n}?from=cart
        - cell "2" [ref=e{n}3]:
          - spinbutton "Quantity" [ref=e{n}4]: "2"
        - cell "Remove" [ref=e{n}5]:
          - button "Remove" [ref=e{n}6] [cursor=pointer]:
            - generic [ref=e{n}7]: Remove
"""


def answer(chars: int) -> str:
    """An answer of about so many characters, with a greeting and a closing."""
    return (
        "Great question! Let me explain.\n\n"
        + SECTION * max(1, chars // len(SECTION))
        + "I hope this helps! Happy coding!\n"
    )


def page(chars: int) -> str:
    """A cart of so many products that the snapshot has about so many characters."""
    head = "### Page\n- Page URL: https://shop.test/cart\n```yaml\n- main [ref=e1]:\n  - table [ref=e2]:\n    - rowgroup [ref=e3]:\n"
    return head + "".join(PRODUCT.format(n=n) for n in range(10, 10 + chars // len(PRODUCT))) + "```\n"


def measured(name: str, text: str, compress: Callable[[str], Compressed]) -> str:
    """One line: size, median CPU time and the share saved."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        done = compress(text)
        times.append(time.process_time() - started)
    return f"{name:<8}{len(text):>10,}{median(times) * 1000:>10.1f}{done.report.saved:>10.1%}"


def main() -> None:
    """Prints a row a text."""
    print(machine())
    print("text    characters    CPU ms     saved")
    for chars in (3_000, 400_000):
        print(measured("answer", answer(chars), compress_answer))
    for chars in (20_000, 400_000):
        print(measured("page", page(chars), compress_page))


if __name__ == "__main__":
    main()
