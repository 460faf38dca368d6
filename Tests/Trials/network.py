"""Network namespaces, one for each node, joined by bridges: a partition is a node on the other bridge."""

import os
import subprocess


class NetworkUnavailable(Exception):
    """This machine or user cannot make network namespaces."""


class Network:
    """Made with `with`: whatever it made is removed in the end. Needs root."""

    def __init__(self, count):
        # Names of interfaces have 15 characters at most; two runs at once do not meet.
        self.tag = f"zl{os.getpid() % 100000}"
        self.count = count
        # One of 256 networks of the range for documentation and tests (RFC 2544, benchmarking).
        self.prefix = f"198.18.{os.getpid() % 256}"
        self.made = []

    def host(self, index):
        return f"{self.prefix}.{index + 1}"

    def namespace(self, index):
        return f"{self.tag}n{index}"

    def __enter__(self):
        try:
            for side in "ab":
                self.ip("link", "add", self.bridge(side), "type", "bridge")
                self.made.append(["link", "del", self.bridge(side)])
                self.ip("link", "set", self.bridge(side), "up")
            self.ip("addr", "add", f"{self.prefix}.254/24", "dev", self.bridge("a"))
            for index in range(self.count):
                namespace, outer, inner = self.namespace(index), self.interface(index), f"{self.tag}i{index}"
                self.ip("netns", "add", namespace)
                self.made.append(["netns", "del", namespace])
                self.ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", namespace)
                self.ip("link", "set", outer, "master", self.bridge("a"), "up")
                self.ip("-n", namespace, "addr", "add", f"{self.host(index)}/24", "dev", inner)
                self.ip("-n", namespace, "link", "set", inner, "up")
                self.ip("-n", namespace, "link", "set", "lo", "up")
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__(None, None, None)
            raise NetworkUnavailable(str(getattr(error, "stderr", "") or error).strip()) from error
        return self

    def __exit__(self, *_):
        for command in reversed(self.made):
            subprocess.run(["ip", *command], capture_output=True, check=False)
        self.made = []

    def isolate(self, indices):
        """These are among themselves from now on; nothing tells anybody so."""
        for index in indices:
            self.ip("link", "set", self.interface(index), "master", self.bridge("b"))

    def heal(self):
        for index in range(self.count):
            self.ip("link", "set", self.interface(index), "master", self.bridge("a"))

    def bridge(self, side):
        return f"{self.tag}{side}"

    def interface(self, index):
        return f"{self.tag}o{index}"

    @staticmethod
    def ip(*arguments):
        subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
