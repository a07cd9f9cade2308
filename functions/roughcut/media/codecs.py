"""The decoders that may run: those of what people record, edit and upload.

FFmpeg has 400 more, for games, drawings and dead formats; each would be a door for a file that was made to open it.
"""

_VIDEO = """
h264 hevc vvc libdav1d av1 vp8 vp9 libvpx libvpx-vp9 mpeg1video mpeg2video mpegvideo mpeg4 h263 h263i h263p theora vc1
msmpeg4v1 msmpeg4v2 msmpeg4 wmv1 wmv2 wmv3 flv vp6 vp6f vp6a flashsv flashsv2 mjpeg mjpegb jpeg2000 prores dnxhd cfhd
apv hap dvvideo svq1 svq3 cinepak qtrle rpza ffv1 ffvhuff huffyuv utvideo magicyuv lagarith rawvideo v210 r210 yuv4 png
camstudio camtasia tscc2 fraps zmbv msrle msvideo1 g2m mss1 mss2 mts2
"""
_AUDIO = """
aac aac_latm mp3float mp3 mp2 mp2float mp1 mp1float ac3 eac3 dca truehd mlp opus libopus vorbis libvorbis flac alac
wavpack speex gsm gsm_ms nellymoser wmav1 wmav2 wmapro wmalossless wmavoice amrnb libopencore_amrnb amrwb
libopencore_amrwb adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf qdm2 mace3 mace6 g722 g726 s302m pcm_alaw pcm_mulaw
pcm_u8 pcm_s8 pcm_s16le pcm_s16be pcm_u16le pcm_u16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be pcm_f32le pcm_f32be
pcm_f64le pcm_f64be pcm_bluray pcm_dvd
"""
_PICTURES = "webp webp_anim"  # besides PNG and JPEG

DECODERS = ",".join(f"{_VIDEO} {_AUDIO} {_PICTURES}".split())
