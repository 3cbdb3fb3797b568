"""What the server's answers mean to the agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response, request
from werkzeug.serving import make_server

from hardware.agent.client import Refused, ServerClient, Unauthorized, Unreachable


class Server:
    def __init__(self) -> None:
        self.answer = Response("{}", 200)
        self.seen: list[dict[str, str]] = []
        app = Flask("server")

        @app.route("/<path:path>", methods=["GET", "POST"])
        def any_path(path: str) -> Response:
            self.seen.append({"path": path, **dict(request.headers)})
            return self.answer

        self._server = make_server("127.0.0.1", 0, app)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        import threading

        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def ask(server: Server, status: int, body: str = "", **headers: str):
    server.answer = Response(body, status, headers)
    return ServerClient(server.url, "t0ken").ask("POST", "/x", {}, "key-1")


def test_it_says_who_it_is_and_its_key(server: Server):
    assert ask(server, 200, '{"a": 1}') == {"a": 1}
    assert server.seen[-1]["Authorization"] == "Bearer t0ken"
    assert server.seen[-1]["Idempotency-Key"] == "key-1"
    assert server.seen[-1]["path"] == "api/v1/x"
    assert ask(server, 204) is None


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_later(server: Server, status: int):
    with pytest.raises(Unreachable):
        ask(server, status)


def test_any_refusal_that_names_a_time_means_later(server: Server):
    with pytest.raises(Unreachable):
        ask(server, 409, "{}", **{"Retry-After": "1"})


@pytest.mark.parametrize("body", ['{"code": "rating_window_closed", "detail": "Đã đóng."}'])
def test_a_lasting_no(server: Server, body: str):
    with pytest.raises(Refused) as refusal:
        ask(server, 409, body)
    assert (refusal.value.code, refusal.value.detail) == ("rating_window_closed", "Đã đóng.")


@pytest.mark.parametrize("body", ["", "<html>", "[]"])
def test_a_no_without_words_has_a_code_all_the_same(server: Server, body: str):
    with pytest.raises(Refused) as refusal:
        ask(server, 404, body)
    assert refusal.value.code == "http_404"


def test_a_captive_portal_is_not_the_server(server: Server):
    with pytest.raises(Unreachable):
        ask(server, 200, "<html>Welcome to the hotel</html>")


def test_a_token_that_is_no_longer_valid(server: Server):
    with pytest.raises(Unauthorized):
        ask(server, 401)


def test_nobody_there():
    with pytest.raises(Unreachable):
        ServerClient("http://127.0.0.1:9", "t").ask("GET", "/x")
