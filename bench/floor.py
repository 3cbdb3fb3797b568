"""The floor of a write: a bare Flask endpoint with one INSERT of the same size, under the same server and database.

`FLOOR_DATABASE_URL` and `FLOOR_BYTES` say where and how much; the engine, the writer lock before BEGIN and the worker
are those of the product, so what differs is the product's work and nothing else.
"""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext

import sqlalchemy as sa
from flask import Flask, jsonify, request

from server.db.engine import is_sqlite, make_engine

metadata = sa.MetaData()
row = sa.Table(
    "floor",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("key", sa.String(80)),
    sa.Column("body", sa.Text),
)

app = Flask("floor")
engine = make_engine(os.environ["FLOOR_DATABASE_URL"])
body = "x" * int(os.environ["FLOOR_BYTES"])
lock = threading.Lock() if is_sqlite(engine) else nullcontext()
metadata.create_all(engine)


@app.post("/floor")
def floor() -> tuple[object, int]:
    asked = request.get_json()
    with lock, engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        made = connection.execute(row.insert().returning(row.c.id), {"key": asked["service"], "body": body})
        number = made.scalar_one()
    return jsonify(id=number), 201


@app.get("/readyz")
def readyz() -> object:
    return jsonify(status="ok")
