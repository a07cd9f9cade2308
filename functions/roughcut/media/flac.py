"""What a FLAC's header says. Source: RFC 9639, section 8.2 (STREAMINFO is the first block)."""


def flac_samples(head: bytes) -> int:
    """Samples of each channel, from the first 26 bytes of a file: the last 36 bits before the checksum."""
    return int.from_bytes(head[21:26]) & 0xF_FFFF_FFFF


FLAC_HEAD_BYTES = 42
