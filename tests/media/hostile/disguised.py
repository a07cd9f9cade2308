"""Files that are no media at all, under a clip's name: each would make a careless FFmpeg open another file or a socket.

`{secret}` stands for a file outside the worker's folder, `{port}` for a port that listens.
"""

import gzip

TEXTS = {
    "hls-file": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nfile://{secret}\n#EXT-X-ENDLIST\n",
    "hls-http": "#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
    "hls-after-a-mark": "\ufeff\r\n #EXTM3U\n#EXTINF:9,\n{secret}\n",
    "hls-key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{secret}"\n#EXTINF:9,\ncrypto:{secret}\n',
    "hls-master": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:{port}/b.m3u8\n",
    "hls-byte-range": "#EXTM3U\n#EXTINF:9,\n#EXT-X-BYTERANGE:10@0\nfile://{secret}\n#EXT-X-ENDLIST\n",
    "hls-map": '#EXTM3U\n#EXT-X-MAP:URI="{secret}"\n#EXTINF:9,\na.m4s\n',
    "concat-script": "ffconcat version 1.0\nfile '{secret}'\n",
    "concat-relative": "ffconcat version 1.0\nfile ../../../../../../..{secret}\nduration 5\n",
    "concat-without-a-mark": "file '{secret}'\n",
    "concat-url": "concat:{secret}|{secret}",
    "data-url": "data:video/mp4;base64,AAAAGGZ0eXBpc29t",
    "subfile-url": "subfile,,start,0,end,64,,:{secret}",
    "crypto-url": "crypto:{secret}",
    "cache-url": "cache:http://127.0.0.1:{port}/",
    "async-url": "async:file:{secret}",
    "pipe-url": "pipe:0",
    "tee-url": "tee:{secret}|http://127.0.0.1:{port}/",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
    "rtsp": "RTSPtext\nrtsp://127.0.0.1:{port}/live\n",
    "dash": '<?xml version="1.0"?><MPD type="static"><Period><BaseURL>{secret}</BaseURL></Period></MPD>',
    "dash-without-a-prologue": "<MPD><Period><BaseURL>http://127.0.0.1:{port}/</BaseURL></Period></MPD>",
    "imf": '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>',
    "xml-entity": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file://{secret}">]><MPD>&b;</MPD>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{secret}" width="9" height="9"/></svg>',
    "html": '<html><video src="http://127.0.0.1:{port}/a.mp4"></video></html>',
    "asx": '<ASX version="3"><Entry><Ref href="http://127.0.0.1:{port}/a.asf"/></Entry></ASX>',
    "asf-reference": "[Reference]\nRef1=http://127.0.0.1:{port}/a.asf\n",
    "pls": "[playlist]\nFile1={secret}\nLength1=9\n",
    "metadata": ";FFMETADATA1\ntitle=x\n[CHAPTER]\nSTART=0\nEND=9223372036854775807\n",
    "avisynth": 'Import("{secret}")\nBlankClip()\n',
    "filter-graph": "movie={secret}[out0]",
    "preset": "vcodec=libx264\nf=hls\ni={secret}\n",
    "vobsub": "# VobSub index file, v7\nid: en, index: 0\ntimestamp: 00:00:01:000, filepos: 000000000\n",
    "subtitles": "1\n00:00:00,000 --> 99:59:59,999\n<img src='file://{secret}'>\n",
    "script": "#!/bin/sh\ncat {secret}\n",
}
BYTES = {
    "empty": b"",
    "one-byte": b"\0",
    "xbin": b"XBIN\x1a\xff\xff\xff\xff\x10\x1f" + bytes(range(256)) * 4,
    "ansi": b"\x1b[31m" + b"\x1b[9999999C" * 200,
    "gzip": gzip.compress(bytes(1 << 24)),
    "zip": b"PK\x03\x04" + bytes(400),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(400),
    "pdf": b"%PDF-1.7\n" + bytes(400),
    "gif": b"GIF89a\xff\xff\xff\xff" + bytes(400),
    "exr": b"\x76\x2f\x31\x01" + bytes(400),
    "module": b"Extended Module: " + bytes(400),
    "noise": bytes((index * 197 + (index >> 3) * 31) % 251 for index in range(5000)),
}


def disguised(secret: str, port: int) -> dict[str, bytes]:
    filled = {name: body.replace("{secret}", secret).replace("{port}", str(port)) for name, body in TEXTS.items()}
    return {name: body.encode() for name, body in filled.items()} | BYTES
