"""A verifier of Zhenglian's receipts that shares nothing with Zhenglian.

It follows docs/zhenglian.asn1 and docs/formats.md and nothing else.
"""
