"""What each service is posted: its own form, within its limits; a tenant's text is never markup and pings no one."""

import json
from typing import Any, get_args

import pytest

from components.config.alert_spec import AlertChannel, problem_of_address
from host.core.errors import HostError
from host.watch.channels.channel import Channel
from host.watch.channels.message import Message, fitted, utf_8, utf_16
from host.watch.channels.payload import KINDS, Request, request_for
from sandbox.workspace import CHECKOUT

EVIL = "<!channel> <https://evil.example|click> @everyone <@1> [x](https://evil.example) *b* ```` & @admin /start"
MESSAGE = Message("prod", "db", 1_795_000_000, new={"app shop": "shop does not run"}, ended={"disk": "91 % full"})
LONG = Message("prod", "db", 1, new={f"app {number}": f"{EVIL} 😀ü" for number in range(500)})
TELEGRAM = "https://api.telegram.org/bot12:AbC/sendMessage?chat_id=-100&message_thread_id=7"


def request(kind: str, message: Message = MESSAGE) -> Request:
    return request_for(Channel("team", kind, TELEGRAM if kind == "telegram" else "https://example.com/t0pic"), message)


def sent(kind: str, message: Message = MESSAGE) -> Any:
    return json.loads(request(kind, message).body)


def test_ntfy_gets_plain_text_with_a_title() -> None:
    assert request("ntfy") == Request(
        "https://example.com/t0pic",
        "NEW db: shop does not run\nENDED db: 91 % full",
        (
            "Content-Type: text/plain; charset=utf-8",
            "Title: Petbase prod: 1 new problem, 1 ended",
            "Priority: high",
            "Tags: warning",
        ),
    )
    ended = request("ntfy", Message("prod", "db", 1, ended={"disk": "91 % full"}))
    assert ended.headers[1:] == ("Title: Petbase prod: 1 ended", "Priority: default", "Tags: white_check_mark")


def test_slack_gets_text_in_which_nothing_is_special() -> None:
    assert sent("slack") == {
        "text": "Petbase prod: 1 new problem, 1 ended\nNEW db: shop does not run\nENDED db: 91 % full",
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    text = sent("slack", Message("prod", "db", 1, new={"x": EVIL}))["text"]
    assert "&lt;!channel&gt; &lt;https://evil.example|click&gt;" in text
    assert not {"<", ">"} & set(text)


def test_discord_gets_a_block_of_code_that_the_text_cannot_end() -> None:
    assert sent("discord") == {
        "content": "```\nPetbase prod: 1 new problem, 1 ended\nNEW db: shop does not run\nENDED db: 91 % full\n```",
        "allowed_mentions": {"parse": []},
    }
    content = sent("discord", Message("prod", "db", 1, new={"x": EVIL}))["content"]
    assert content.count("`") == 6
    assert content.endswith("\n```")


def test_telegram_gets_preformatted_text_and_the_chat_of_the_address() -> None:
    text = "Petbase prod: 1 new problem, 1 ended\nNEW db: shop does not run\nENDED db: 91 % full"
    assert request("telegram").address == "https://api.telegram.org/bot12:AbC/sendMessage"
    assert sent("telegram") == {
        "chat_id": "-100",
        "message_thread_id": "7",
        "text": text,
        "entities": [{"type": "pre", "offset": 0, "length": len(text)}],
        "link_preview_options": {"is_disabled": True},
    }
    wide = sent("telegram", Message("prod", "db", 1, note="😀"))
    assert wide["entities"][0]["length"] == len(wide["text"]) + 2


def test_telegram_without_a_chat_says_what_to_add() -> None:
    with pytest.raises(
        HostError, match=r"^team \(telegram\): its address names no chat\. Write it with \?chat_id=ID at its"
    ):
        request_for(Channel("team", "telegram", "https://api.telegram.org/bot1:s3cr3t/sendMessage"), MESSAGE)


def test_a_webhook_gets_everything_as_json() -> None:
    assert sent("webhook") == {
        "stack": "prod",
        "service": "db",
        "at": 1_795_000_000,
        "title": "Petbase prod: 1 new problem, 1 ended",
        "text": "NEW db: shop does not run\nENDED db: 91 % full",
        "new": [{"problem": "app shop", "text": "shop does not run"}],
        "ended": [{"problem": "disk", "text": "91 % full"}],
    }


def test_a_long_message_is_cut_where_the_service_would_refuse_it() -> None:
    assert utf_8(request("ntfy", LONG).body) <= 4096
    assert len(sent("slack", LONG)["text"]) <= 4000
    assert utf_16(sent("discord", LONG)["content"]) <= 2000
    told = sent("telegram", LONG)
    assert utf_16(told["text"]) == told["entities"][0]["length"] <= 4096
    for text in (request("ntfy", LONG).body, sent("slack", LONG)["text"], told["text"]):
        assert text.endswith("\n… ./petbase alert shows the rest")
    assert fitted("short", 5) == "short"


def test_every_kind_is_a_word_of_the_stack_file_with_its_own_example_and_row_of_the_page() -> None:
    assert get_args(AlertChannel.model_fields["kind"].annotation) == KINDS
    assert len({problem_of_address(kind, "no address") for kind in KINDS}) == len(KINDS)
    page = (CHECKOUT / "docs/alerts.md").read_text()
    assert [kind for kind in KINDS if f"\n| `{kind}` | " not in page] == []


def test_a_kind_of_a_newer_release_is_told_and_not_guessed() -> None:
    with pytest.raises(HostError, match=r"^team \(pager\): this release does not know that kind\. Run: pulumi up$"):
        request("pager")
