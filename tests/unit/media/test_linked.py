"""Playlists whose names become links, and the header that names a download."""

from urllib.parse import unquote

import pytest

from roughcut.media.linked import attachment, linked_playlist, linked_storyboard
from tests.unit.names import NAMES

MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",URI="audio.m3u8"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="720p-iframes.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="audio"
720p.m3u8
"""
MEDIA = """#EXTM3U
#EXT-X-MAP:URI="720p.mp4",BYTERANGE="800@0"
#EXTINF:6.0,
#EXT-X-BYTERANGE:1000@800
720p.mp4
# a comment with URI="720p.mp4"

#EXT-X-ENDLIST"""


def link(name):
    return f"https://x/d/{name}.token"


def test_a_master_playlist_leads_to_linked_variants_sounds_and_i_frames():
    lines = linked_playlist(MASTER, link).splitlines()
    assert lines[1].endswith('NAME="Audio",URI="https://x/d/audio.m3u8.token"')
    assert lines[2].endswith('URI="https://x/d/720p-iframes.m3u8.token"')
    assert lines[4] == "https://x/d/720p.m3u8.token"
    assert 'AUDIO="audio"' in lines[3]


def test_a_media_playlist_keeps_its_ranges_comments_and_end():
    linked = linked_playlist(MEDIA, link)
    assert linked == MEDIA.replace("\n720p.mp4", "\nhttps://x/d/720p.mp4.token").replace(
        'MAP:URI="720p.mp4"', 'MAP:URI="https://x/d/720p.mp4.token"'
    )


@pytest.mark.parametrize("line", ["../1/720p.mp4", "https://elsewhere/x.mp4", "/x.mp4", ".hidden", "a/b.mp4"])
def test_what_is_no_neighbour_of_the_playlist_gets_no_link(line):
    assert linked_playlist(line, link) == line
    assert linked_playlist(f'#EXT-X-MAP:URI="{line}"', link) == f'#EXT-X-MAP:URI="{line}"'


def test_the_cues_of_a_storyboard_keep_their_tiles():
    text = "WEBVTT\n\n00:00.000 --> 00:02.000\nstoryboard-1.jpg#xywh=0,0,192,108\n"
    assert linked_storyboard(text, link).endswith("\nhttps://x/d/storyboard-1.jpg.token#xywh=0,0,192,108\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_download_bears_its_very_name(name):
    header = attachment(name)
    plain, _, precise = header.removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")
    assert unquote(precise) == name
    assert header.isascii() and header.isprintable() and not set('"\\%') & set(plain)
