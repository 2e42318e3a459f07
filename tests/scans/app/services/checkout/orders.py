"""A small program with mistakes in it, for scanners to find. Nobody runs it."""

import hashlib
import pickle
import random
import subprocess

import requests


def search(cursor, term):
    cursor.execute("SELECT id FROM orders WHERE recipient = '%s'" % term)
    return cursor.fetchall()


def price(rule, weight):
    return eval(rule, {"weight": weight})


def receipt(order):
    return hashlib.md5(order.encode()).hexdigest()


def code():
    return "".join(random.choice("ABCDEF") for _ in range(8))


def load(blob):
    return pickle.loads(blob)


def label(name):
    subprocess.call("print-label " + name, shell=True)


def carrier(url):
    return requests.get(url, verify=False)


password = "hunter2-hunter2"
