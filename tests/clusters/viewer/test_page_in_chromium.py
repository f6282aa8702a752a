"""The page in a real browser: tree, cut, search, keys, links, hostile words.

Every test fails if the page asks for anything but its own file, if anything is written
to the console, or if a dialog of the browser opens.
"""

import re

import pytest
from viewer_pages import HOSTILE

from benchmarks.chromium import open_chromium
from brownclust import WordClusters
from brownclust.clusters.viewer import save_html

pytestmark = pytest.mark.browser

WORDS = {
    "0000": {"Monday": 60, "Tuesday": 50, "Sunday": 40},
    "0001": {"May": 30, "June": 20},
    "001": {"cat": 12, "dog": 11},
    "01": {"the": 900, "a": 700},
    "1": {"run": 8, "monkeys": 7, "ran": 6},
}

LINKED_WORD = """(word) => new Promise((resolve) => {
  const before = document.querySelector("#detail h2");
  location.hash = `w=${encodeURIComponent(word)}`;
  const wait = () => {
    const heading = document.querySelector("#detail h2");
    const isNew = heading !== before && heading?.querySelector(".word");
    if (isNew) resolve(heading.textContent);
    else requestAnimationFrame(wait);
  };
  wait();
})"""


@pytest.fixture(scope="module")
def chromium():
    try:
        with open_chromium() as browser:
            yield browser
    except SystemExit as error:
        pytest.fail(str(error))


@pytest.fixture(scope="module")
def days():
    """Five clusters with merges: 0000 and 0001 first, then 000 and 001, and so on."""
    rows = [
        (word, bits, n) for bits, counts in WORDS.items() for word, n in counts.items()
    ]
    words, bit_strings, counts = zip(*rows, strict=True)
    merges = [[0, 1], [5, 2], [6, 3], [7, 4]]
    return WordClusters(words, bit_strings, counts, merges=merges)


@pytest.fixture
def show(chromium, tmp_path):
    """A function that opens the page of clusters; what goes wrong fails the test."""
    wrong = []
    contexts = []

    def show(clusters, address="", **options):
        path = tmp_path / "clusters.html"
        save_html(clusters, path)
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def dismiss(dialog):
            wrong.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("dialog", dismiss)
        url = path.as_uri()

        def check(request):
            if not request.url.startswith((url, "data:")):
                wrong.append(f"request: {request.url}")

        page.on("request", check)
        page.goto(url + address)
        page.wait_for_selector("html[data-ready]")
        return page

    show.wrong = wrong
    yield show
    for context in contexts:
        context.close()
    assert wrong == []


def names(page):
    return page.locator(".row .name").all_inner_texts()


def joint(page, name):
    title = page.locator(".joint title", has_text=re.compile(f"^{name}:"))
    return title.locator("..")


def heading(page):
    page.wait_for_selector("#detail h2")
    return page.inner_text("#detail h2")


def address(page):
    return page.evaluate("location.hash")


class TestTree:
    def test_all_clusters_with_their_words(self, show, days):
        page = show(days)
        assert names(page) == list(WORDS)
        assert page.locator(".row .words").first.inner_text().split() == [
            "Monday",
            "Tuesday",
            "Sunday",
        ]
        assert page.locator(".joint").count() == 4
        summary = page.inner_text("#summary")
        assert summary == "1,844 occurrences of 12 words, up to 5 clusters"

    def test_frequent_words_are_larger(self, show, days):
        page = show(days)
        size = "element => parseFloat(getComputedStyle(element).fontSize)"
        sizes = [chip.evaluate(size) for chip in page.locator("#row-0 .chip").all()]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > sizes[-1]

    def test_a_joint_collapses_and_a_row_expands(self, show, days):
        page = show(days)
        joint(page, "000").click()
        assert names(page) == ["000", "001", "01", "1"]
        assert "Collapsed: 4 clusters" in page.inner_text("#status")
        page.locator("#row-0 .toggle").click()
        assert names(page) == list(WORDS)
        joint(page, "00").click()
        assert names(page) == ["00", "01", "1"]
        page.click("#reset")
        assert names(page) == list(WORDS)

    def test_keys_of_the_tree(self, show, days):
        page = show(days)
        page.focus("#rows")
        page.keyboard.press("ArrowDown")
        assert heading(page) == "0001"
        assert page.get_attribute("#row-1", "aria-selected") == "true"
        page.keyboard.press("ArrowLeft")
        assert names(page) == ["000", "001", "01", "1"]
        page.keyboard.press("ArrowRight")
        assert names(page) == list(WORDS)
        page.keyboard.press("End")
        page.wait_for_selector("#detail h2:text-is('1')")
        assert page.get_attribute("#rows", "aria-activedescendant") == "row-4"
        page.keyboard.press("Escape")
        assert page.locator(".introduction").count() == 1

    def test_only_rows_in_sight_are_drawn(self, show):
        n = 2000
        bits = [format(i, "011b") for i in range(n)]
        page = show(WordClusters([f"w{i}" for i in range(n)], bits))
        assert page.locator(".row").count() < 100
        page.evaluate("document.getElementById('rows').scrollTop = 1e9")
        page.wait_for_selector(f"#row-{n - 1}")
        assert page.locator(".row").count() < 100


class TestCut:
    def test_every_number_of_clusters(self, show, days):
        page = show(days)
        for k in (4, 3, 2, 1, 5):
            page.fill("#number", str(k))
            page.press("#number", "Enter")
            expected = days.cut(k).cluster_bit_strings
            assert names(page) == [bits or "all words" for bits in expected]
        page.fill("#number", "99")
        page.press("#number", "Enter")
        assert page.input_value("#number") == "5"

    def test_the_slider_by_keys_and_buttons(self, show, days):
        page = show(days)
        page.focus("#slider")
        page.keyboard.press("ArrowLeft")
        assert page.input_value("#number") == "4"
        assert page.get_attribute("#slider", "aria-valuetext") == "4 clusters"
        page.click("#fewer")
        assert names(page) == ["00", "01", "1"]
        page.focus("#rows")
        page.keyboard.press("+")
        assert names(page) == ["000", "001", "01", "1"]
        page.wait_for_url("**/clusters.html#k=4")
        page.fill("#slider", "2")
        assert names(page) == ["0", "1"]

    def test_the_selection_stays_in_its_place(self, show):
        n = 512
        bits = [format(i, "09b") for i in range(n)]
        page = show(WordClusters([f"w{i}" for i in range(n)], bits), "#w=w300")
        page.wait_for_selector("#detail .word")
        before = page.locator(".row[aria-selected=true]").bounding_box()["y"]
        page.click("#fewer")
        assert len(names(page)[0]) == 8
        after = page.locator(".row[aria-selected=true]").bounding_box()["y"]
        assert abs(after - before) < 2
        page.set_viewport_size({"width": 400, "height": 700})
        assert page.locator(".row[aria-selected=true]").is_visible()

    def test_prefixes_of_a_text_file(self, show):
        bits = [bits for bits, counts in WORDS.items() for _ in counts]
        words = [word for counts in WORDS.values() for word in counts]
        page = show(WordClusters(words, bits))
        assert names(page) == list(WORDS)
        page.fill("#number", "2")
        page.press("#number", "Enter")
        assert names(page) == ["00", "01", "1"]
        page.fill("#number", "0")
        page.press("#number", "Enter")
        assert names(page) == ["all words"]

    def test_classes_have_no_cut(self, show):
        page = show(WordClusters.from_classes(["a", "b", "c"], ["17", "x", "5"]))
        assert names(page) == ["5", "17", "x"]
        assert not page.is_visible("#cut")
        page.click("#row-1")
        assert heading(page) == "17"
        assert address(page) == "#c=17"


class TestSearch:
    def test_completion_by_keyboard(self, show, days):
        page = show(days)
        page.keyboard.press("/")
        page.keyboard.type("mon")
        page.wait_for_selector("#results li")
        found = page.locator("#results .found").all_inner_texts()
        assert found == ["Monday", "monkeys"]
        assert "2 results" in page.inner_text("#status")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")  # from the last to the first
        current = page.get_attribute("#search", "aria-activedescendant")
        assert page.inner_text(f"#{current} mark") == "Mon"
        page.keyboard.press("Enter")
        assert heading(page) == "Monday"
        assert not page.is_visible("#results")
        assert address(page) == "#w=Monday"
        assert page.get_attribute("#row-0", "aria-selected") == "true"
        page.focus("#search")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        assert not page.is_visible("#results")

    def test_whole_words_then_beginnings_then_parts(self, show):
        words = ["Cats", "bobcat", "cater", "CAT", "cat", "dog"]
        counts = [9, 8, 7, 6, 5, 4]
        page = show(WordClusters(words, ["0"] * 5 + ["1"], counts))
        page.fill("#search", "cat")
        page.wait_for_selector("#results li")
        found = page.locator("#results .found").all_inner_texts()
        assert found == ["cat", "CAT", "Cats", "cater", "bobcat"]

    def test_a_prefix(self, show, days):
        page = show(days)
        page.fill("#search", "00")
        page.wait_for_selector("#results li")
        assert page.inner_text("#results li span") == "Prefix 00"
        page.keyboard.press("Enter")
        assert heading(page) == "00"
        assert address(page) == "#c=00"
        assert page.locator(".row[aria-selected=true]").count() == 3

    def test_nothing_found(self, show, days):
        page = show(days)
        page.fill("#search", "zzz")
        page.wait_for_selector("#results li.none")
        assert "No word" in page.inner_text("#status")
        page.keyboard.press("Enter")
        assert page.locator(".introduction").count() == 1


class TestSelection:
    def test_a_word_has_its_path_and_neighbours(self, show, days):
        page = show(days, "#w=May")
        assert heading(page) == "May"
        assert page.inner_text("#detail .sizes") == "30 times, rank 6 of 12"
        path = page.locator("#detail .path button").all_inner_texts()
        assert path == ["root", "0", "0", "0", "1"]
        near = page.locator("#detail .chips .chip").all_inner_texts()
        assert set(near) >= {"May", "June"}
        assert page.inner_text("#detail .chips [aria-current=true]") == "May"
        assert page.inner_text("#detail .card .name") == "0000"
        page.click("#detail .chip:text-is('June')")
        page.wait_for_selector("#detail .word:text-is('June')")
        page.click("#detail .path button:nth-child(3)")
        page.wait_for_selector("#detail h2:text-is('00')")
        page.go_back()
        page.wait_for_selector("#detail .word:text-is('June')")

    def test_a_link_survives_reloading(self, show, days):
        page = show(days, "#c=0001&k=3")
        assert heading(page) == "0001"
        assert names(page) == ["00", "01", "1"]
        page.reload()
        page.wait_for_selector("html[data-ready]")
        assert heading(page) == "0001"
        assert names(page) == ["00", "01", "1"]
        assert address(page) == "#c=0001&k=3"
        page.evaluate("location.hash = '#c=01'")
        page.wait_for_selector("#detail h2:text-is('01')")
        assert names(page) == list(WORDS)

    def test_links_to_nothing(self, show, days):
        page = show(days, "#c=0110")
        assert "There is no cluster 0110" in page.inner_text("#status")
        page.evaluate("location.hash = '#w=gnu&k=x'")
        page.wait_for_selector("#status:has-text('gnu')", state="attached")

    def test_many_words_some_at_a_time(self, show):
        n = 1000
        words = [f"w{i}" for i in range(n)]
        page = show(WordClusters(words, ["0"] * (n - 1) + ["1"], range(n)), "#c=0")
        page.wait_for_selector("#detail .chips")
        first = page.locator("#detail .chips .chip").count()
        assert first < 200
        for _ in range(5):
            if page.is_visible("#detail .more"):
                page.click("#detail .more")
        shown = page.locator("#detail .chips .chip").all_inner_texts()
        assert shown == words[n - 2 :: -1]

    def test_the_map(self, show, days):
        page = show(days)
        page.keyboard.press("m")
        assert page.locator(".tile").count() == 5
        areas = page.locator(".tile").evaluate_all(
            "tiles => tiles.map((tile) => tile.clientWidth * tile.clientHeight)"
        )
        assert max(areas) == areas[3]  # that of `the`
        page.locator(".tile").nth(3).click()
        assert heading(page) == "01"
        page.wait_for_url("**/clusters.html#c=01&map")
        page.keyboard.press("m")
        assert names(page) == list(WORDS)


class TestLooks:
    def test_dark_and_light(self, show, days):
        page = show(days, color_scheme="dark")
        background = "getComputedStyle(document.body).backgroundColor"
        dark = page.evaluate(background)
        page.click("#theme")
        light = page.evaluate(background)
        assert dark != light
        page.reload()
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate(background) == light

    def test_a_phone(self, show, days):
        page = show(days, viewport={"width": 360, "height": 640}, has_touch=True)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert not page.is_visible("#detail")
        page.tap("#row-1 .name")
        assert heading(page) == "0001"
        page.tap("#detail .close")
        assert not page.is_visible("#detail")

    def test_help(self, show, days):
        page = show(days)
        page.keyboard.press("?")
        assert page.is_visible("#help")
        page.click("#help-close")
        assert not page.is_visible("#help")


class TestHostileWords:
    @pytest.fixture
    def page(self, show):
        bits = ["00"] * 12 + ["01"] * (len(HOSTILE) - 12)
        counts = range(len(HOSTILE), 0, -1)
        return show(WordClusters(HOSTILE, bits, counts))

    def test_they_are_shown(self, page):
        page.click("#row-0 .name")
        shown = page.locator("#detail .chip").all_inner_texts()
        page.click("#row-1 .name")
        page.wait_for_selector("#detail h2:text-is('01')")
        shown += page.locator("#detail .chip").all_inner_texts()
        assert {"<script>alert(1)</script>", "</script>", "<!--", "{{tree}}"} < set(
            shown
        )
        assert "a⟨U+2028⟩b" in shown
        assert "⟨U+202E⟩gnp.exe" in shown
        assert "◌\u0301" in shown
        assert "⟨U+0000⟩nul" in shown
        assert "⟨U+200B⟩" in shown
        assert "⟨U+00A0⟩" in shown
        assert "👩‍👩‍👧" in shown

    def test_each_can_be_linked_to_and_found(self, page):
        for word in HOSTILE:
            shown = page.evaluate(LINKED_WORD, word)
            assert shown
            if not word.isprintable() or word[0] == "\u0301":
                continue
            assert shown == word
            page.fill("#search", word)
            page.wait_for_selector("#results li")
            assert page.locator("#results .found").first.inner_text() == word
            page.keyboard.press("Escape")

    def test_nothing_runs_even_if_it_gets_into_the_page(self, show, days):
        page = show(days)
        refused = page.evaluate(
            """() => {
              const element = document.createElement("div");
              try {
                element.innerHTML = "<img src=x onerror=alert(1)>";
              } catch (error) {
                return error.name;
              }
              return "";
            }"""
        )
        assert refused == "TypeError"
        assert len(show.wrong) == 1  # Chromium's report
        show.wrong.clear()
