"""The player in a real browser: heard, seen, and driven by keyboard."""

import re
from typing import Any

import pytest

from tests.browser.running import opened

# A tap on everything that reaches the loudspeaker.
TAP = """
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (target, ...rest) {
        if (target instanceof AudioDestinationNode) {
            const tap = this.context.createAnalyser();
            tap.fftSize = 32768;
            tap.smoothingTimeConstant = 0;
            connect.call(this, tap);
            window.heartTap = tap;
        }
        return connect.call(this, target, ...rest);
    };
    window.heartLoudest = () => {
        const levels = new Float32Array(heartTap.frequencyBinCount);
        heartTap.getFloatFrequencyData(levels);
        const loudest = levels.indexOf(Math.max(...levels));
        return { hz: loudest * heartTap.context.sampleRate / heartTap.fftSize, db: levels[loudest] };
    };
"""


# Where the sound was sought; one browser ends a file for good at its very end.
SEEKS = """
    window.heartSought = [];
    const place = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "currentTime");
    Object.defineProperty(HTMLMediaElement.prototype, "currentTime", {
        get() { return place.get.call(this); },
        set(time) {
            window.heartElement = this;
            heartSought.push(time);
            place.set.call(this, time);
        },
    });
"""


def open_player(browser: Any, address: str, *, sound: str = "heart", width: int = 1280, script: str = "") -> Any:
    page = opened(browser, address, has_touch=True)
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(TAP + script)
    page.goto(f"{address}/?view=player&sound={sound}")
    page.wait_for_function("performance.getEntriesByName('heart-player-drawn').length > 0")
    return page


def position_s(page: Any) -> float:
    return float(page.get_by_role("slider", name="Playback position").get_attribute("aria-valuenow"))


def play_for_ever(page: Any) -> None:
    """Play in a loop, so that a busy machine cannot come too late to hear it."""
    page.get_by_role("button", name="Loop", exact=True).click()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.heartTap && heartLoudest().db > -80")


def press(page: Any, *keys: str) -> None:
    page.get_by_role("slider", name="Playback position").focus()
    for key in keys:
        page.keyboard.press(key)


def picture(page: Any) -> str:
    return str(page.locator("canvas[data-part=scene]").evaluate("(canvas) => canvas.toDataURL()"))


def heard(page: Any) -> dict[str, float]:
    page.wait_for_timeout(1_500)
    return dict(page.evaluate("heartLoudest()"))


def test_a_2_khz_file_is_audible_at_its_own_pitch(browser: Any, address: str) -> None:
    page = open_player(browser, address, sound="tone")
    play_for_ever(page)
    loudest = heard(page)
    assert loudest["hz"] == pytest.approx(100, abs=3)
    assert loudest["db"] > -20


@pytest.mark.parametrize("speed", ["0.5", "2"])
def test_another_speed_keeps_the_pitch(browser: Any, address: str, speed: str) -> None:
    page = open_player(browser, address, sound="tone")
    page.get_by_role("slider", name="Speed").fill(speed)
    play_for_ever(page)
    assert heard(page)["hz"] == pytest.approx(100, abs=6)


@pytest.mark.timed
def test_speed_changes_how_fast_the_cursor_moves(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    page.get_by_role("slider", name="Speed").fill("2")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(500)
    start = position_s(page)
    page.wait_for_timeout(1_500)
    assert position_s(page) - start == pytest.approx(3.0, abs=0.8)


def test_shifting_up_moves_100_hz_to_300_hz(browser: Any, address: str) -> None:
    page = open_player(browser, address, sound="tone")
    page.get_by_role("button", name="Shift up").click()
    play_for_ever(page)
    assert heard(page)["hz"] == pytest.approx(300, abs=3)


@pytest.mark.parametrize(("preset", "change_db"), [("All", 0.0), ("Bell", 0.0), ("Diaphragm", -3.0), ("Extended", 0.0)])
def test_each_preset_passes_its_band(browser: Any, address: str, preset: str, change_db: float) -> None:
    page = open_player(browser, address, sound="tone")
    play_for_ever(page)
    plain = heard(page)["db"]
    page.get_by_role("radio", name=re.compile(preset)).check(force=True)
    assert heard(page)["db"] - plain == pytest.approx(change_db, abs=0.7)


def test_gain_is_in_decibels(browser: Any, address: str) -> None:
    page = open_player(browser, address, sound="tone")
    play_for_ever(page)
    plain = heard(page)["db"]
    page.get_by_role("slider", name="Gain").fill("-12")
    assert heard(page)["db"] - plain == pytest.approx(-12, abs=0.5)


def test_the_cursor_moves_smoothly_while_playing(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(700)
    places = page.locator("[data-part=cursor]").evaluate(
        """async (cursor) => {
            const places = [];
            for (let frame = 0; frame < 40; frame += 1) {
                await new Promise(requestAnimationFrame);
                places.push(Number(cursor.style.transform.match(/[\\d.]+/)[0]));
            }
            return places;
        }"""
    )
    steps = [later - earlier for earlier, later in zip(places[:-1], places[1:], strict=True)]
    assert min(steps) >= 0
    assert len(set(places)) > 20


def test_keys_play_seek_zoom_and_pan(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    press(page, "ArrowRight", "ArrowRight", "Shift+ArrowRight")
    assert position_s(page) == pytest.approx(1.2, abs=0.051)
    press(page, "ArrowLeft")
    assert position_s(page) == pytest.approx(1.1, abs=0.051)
    press(page, "End")
    assert position_s(page) == pytest.approx(12.0, abs=0.051)
    press(page, "Home")
    whole = picture(page)
    press(page, "+")
    zoomed = picture(page)
    press(page, ".")
    panned = picture(page)
    press(page, "0")
    assert len({whole, zoomed, panned}) == 3
    assert picture(page) == whole
    press(page, "Space")
    page.get_by_role("button", name="Pause").wait_for()
    press(page, "Space")
    page.get_by_role("button", name="Play").wait_for()


def test_the_very_end_is_never_sought(browser: Any, address: str) -> None:
    page = open_player(browser, address, script=SEEKS)
    press(page, "End")
    assert page.evaluate("Math.max(...heartSought)") < 12
    press(page, "Space")
    page.wait_for_function("heartElement.currentTime > 0.2 && heartElement.currentTime < 11")


def test_the_sound_is_started_within_the_click_and_a_browser_that_sleeps_is_said(browser: Any, address: str) -> None:
    late = "AudioContext.prototype.resume = () => new Promise((wake) => { window.heartWake = wake; })"
    page = open_player(browser, address, script=late)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("alert").get_by_text("connect a loudspeaker or headphones").wait_for()
    page.evaluate("heartWake()")
    page.get_by_role("alert").wait_for(state="detached")


def test_every_control_is_reached_by_the_tab_key(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    page.get_by_role("button", name="Play").focus()
    reached = set()
    for _ in range(20):
        reached.add(page.evaluate(FOCUSED))
        page.keyboard.press("Tab")
    wanted = {
        "Play",
        "Loop",
        "Loop from the cursor",
        "Loop up to the cursor",
        "Zoom out",
        "Fit",
        "Zoom in",
        "Playback position",
    }
    wanted |= {"S1 and S2", "Probabilities", "Explanation", "all", "Speed, pitch kept", "Gain in decibels"}
    wanted |= {"Shift up for small speakers", "Description, data table and keys"}
    assert wanted <= reached


FOCUSED = """() => {
    let focused = document.activeElement;
    while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused.getAttribute("aria-label") ?? (focused.textContent.trim() || focused.value);
}"""


def test_a_loop_set_by_keys_is_kept(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    press(page, "Home", "Shift+ArrowRight", "[", "Shift+ArrowRight", "]", "Space")
    positions = [position_s(page)]
    while len(positions) < 60 and positions[-1] >= max(positions):
        page.wait_for_timeout(150)
        positions.append(position_s(page))
    assert positions[-1] < max(positions), "the loop never began again"
    assert min(positions) >= 0.9
    assert max(positions) <= 2.3
    press(page, "Escape")
    assert page.get_by_role("button", name="Clear the loop").is_hidden()


def test_a_click_seeks_and_shift_and_drag_selects(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    box = page.get_by_role("slider", name="Playback position").bounding_box()
    left, width, middle = box["x"] + 46, box["width"] - 56, box["y"] + 150
    page.mouse.click(left + width / 2, middle)
    assert position_s(page) == pytest.approx(6.0, abs=0.1)
    page.keyboard.down("Shift")
    page.mouse.move(left + width / 4, middle)
    page.mouse.down()
    page.mouse.move(left + width / 2, middle, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    assert page.get_by_role("status").get_by_text("Loop from 3.0 to 6.0 seconds").count() == 1


def test_the_wheel_zooms_only_where_the_view_has_the_focus(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    view = page.get_by_role("slider", name="Playback position")
    view.hover()
    whole = picture(page)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(200)
    assert picture(page) == whole
    view.focus()
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(200)
    assert picture(page) != whole


def test_two_fingers_zoom(browser: Any, address: str) -> None:
    page = open_player(browser, address, width=390)
    box = page.get_by_role("slider", name="Playback position").bounding_box()
    whole = picture(page)
    touch = page.context.new_cdp_session(page)
    y = box["y"] + 100
    for kind, spread in (("touchStart", 20), ("touchMove", 60), ("touchMove", 100)):
        points = [{"x": 220 - spread, "y": y, "id": 1}, {"x": 220 + spread, "y": y, "id": 2}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert picture(page) != whole


@pytest.mark.parametrize("layer", ["S1 and S2", "Probabilities", "Explanation"])
def test_each_layer_can_be_switched_off_and_on(browser: Any, address: str, layer: str) -> None:
    page = open_player(browser, address)
    button = page.get_by_role("button", name=layer)
    full = picture(page)
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert picture(page) != full
    button.click()
    assert picture(page) == full


def marked(page: Any) -> float:
    """The share of columns that are painted 3 px below the upper edge of the waveform's lane, where only lines of S1 and S2 come."""
    return float(
        page.locator("canvas[data-part=scene]").evaluate(
            """(canvas) => {
                const scale = canvas.width / canvas.clientWidth;
                const row = canvas.getContext("2d").getImageData(46 * scale, 19 * scale, canvas.width - 56 * scale, 1).data;
                return row.filter((value, i) => i % 4 === 3 && value > 0).length / (row.length / 4);
            }"""
        )
    )


def test_marks_that_stand_too_close_leave_the_waveform_in_sight_and_say_so(browser: Any, address: str) -> None:
    page = open_player(browser, address, sound="long")
    status = page.get_by_role("status").filter(has_text="Zoom in for S1 and S2 as lines")
    assert status.is_visible()
    assert marked(page) == 0
    page.get_by_role("button", name="S1 and S2").click()
    assert status.count() == 0
    page.get_by_role("button", name="S1 and S2").click()
    press(page, "+", "+", "+", "+", "+", "+")
    assert status.count() == 0
    assert marked(page) > 0


def test_a_bare_recording_offers_no_layers(browser: Any, address: str) -> None:
    page = open_player(browser, address, sound="tone")
    assert page.get_by_role("group", name="Layers").is_hidden()


def test_words_and_a_table_say_what_the_picture_shows(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    page.get_by_text("Description, data table and keys").click()
    words = page.locator("#heart-player-words").inner_text()
    assert "lasts 12.0 s" in words
    assert "75 per minute" in words
    assert "which raised the probability. Most of it lies low." in words
    assert "cnn-physionet2016: window probabilities from 0.10 to 0.80, highest from 5.0 s to 10.0 s" in words
    first = page.get_by_role("table").get_by_role("row").nth(1).get_by_role("cell").all_inner_texts()
    assert first == ["0.20", "0.20", "S1", ""]


def test_a_file_name_is_text_and_never_markup(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    page.get_by_text("Description, data table and keys").click()
    assert "<b>heart</b>.wav" in page.locator("#heart-player-words").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_player_fits_its_page(browser: Any, address: str, width: int) -> None:
    page = open_player(browser, address, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    beyond = page.locator(".player").evaluate(
        """(player) => [...player.querySelectorAll("*")].filter((part) => part.getClientRects().length
            && part.getBoundingClientRect().right > player.getBoundingClientRect().right + 1).map((part) => part.outerHTML)"""
    )
    assert beyond == []


def test_a_minute_is_drawn_within_a_second_of_its_data(browser: Any, address: str) -> None:
    page = open_player(browser, address, sound="minute")
    took_ms = page.evaluate(
        "performance.getEntriesByName('heart-player-drawn')[0].startTime - performance.getEntriesByName('heart-player-data')[0].startTime"
    )
    print(f"drawn after {took_ms:.0f} ms")
    assert took_ms < 1_000
    assert len(picture(page)) > 20_000


def test_a_sound_that_the_browser_refuses_is_said_until_it_plays(browser: Any, address: str) -> None:
    refuse = """
        const { play } = HTMLMediaElement.prototype;
        HTMLMediaElement.prototype.play = function () {
            HTMLMediaElement.prototype.play = play;
            return Promise.reject(new DOMException("", "NotAllowedError"));
        };
    """
    page = open_player(browser, address, script=refuse)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("alert").get_by_text("The browser does not start the sound. Press Play again.").wait_for()
    play_for_ever(page)
    assert page.get_by_role("alert").count() == 0


def test_leaving_the_page_closes_the_audio(browser: Any, address: str) -> None:
    page = open_player(browser, address)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.heartTap?.context.state === 'running'")
    page.get_by_text("Player", exact=True).click()
    page.get_by_role("slider", name="Playback position").wait_for(state="detached")
    page.wait_for_function("heartTap.context.state === 'closed'")
