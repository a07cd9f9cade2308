"""Filters that bring one piece of a source to the film's size, rate and colours."""

from fractions import Fraction

from roughcut.media.chunks import Piece
from roughcut.media.fades import fade_filters
from roughcut.media.inputs import grid_frame
from roughcut.media.rates import microseconds_at
from roughcut.media.sizes import Size, fitted
from roughcut.media.sources import Clip, Look, Slide

SETTLED = "setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
# HDR to SDR. Reference white is 203 cd/m2 (ITU-R BT.2408); what is darker than 30 % of it stays as it is, what is
# brighter is compressed up to a display's 1,000 cd/m2. The peak is given: else it would be each frame's metadata's.
_TONE_MAP = (
    "setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc,"
    "zscale=w={w}:h={h}:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:param=0.3:desat=0:peak=4.926,"
    "zscale=t=bt709:m=bt709:r=tv"
)


def clip_filters(clip: Clip, piece: Piece, rate: Fraction, size: Size) -> str:
    """Exactly the piece's frames, counted from the file's own clock; a clip that ends early holds its last picture."""
    begin = grid_frame(piece.first, rate)
    second = Fraction(clip.start_us + clip.late_us + microseconds_at(begin, rate), 1_000_000)
    skip = piece.first - begin
    return ",".join(
        [
            *(["bwdif=mode=send_frame:deint=interlaced"] if clip.look.is_interlaced else []),
            f"fps=fps={rate}:start_time={float(second):.6f}",
            "tpad=stop=-1:stop_mode=clone",
            f"trim=start_frame={skip}:end_frame={skip + piece.frames}",
            "setpts=N",
            _picture(clip.look, size),
            _padded(clip.look.display_size, size),
            SETTLED,
        ]
    )


def slide_filters(slide: Slide, size: Size) -> str:
    """The one picture of a slide at the film's size; see `held`."""
    inner = fitted(slide.size, size)
    scaled = f"scale={inner.width}:{inner.height}:flags=lanczos:out_color_matrix=bt709:out_range=tv"
    return f"{scaled},{_padded(slide.size, size)},{SETTLED}"


def held(piece: Piece, rate: Fraction) -> str:
    """One picture shown for a piece's frames: repeated after all scaling, which so is done once."""
    timed = fade_filters(piece.fade, rate) if piece.fade else "setpts=N"
    return f"loop=loop={piece.frames - 1}:size=1:start=0,settb={1 / rate},{timed}"


def reduced(size: Size) -> str:
    """From a larger rung to a smaller one, which by the ladder's rounding may differ in shape by half a pixel."""
    return f"scale={size.width}:{size.height}:flags=lanczos,setsar=1"


def _picture(look: Look, size: Size) -> str:
    inner = fitted(look.display_size, size)
    if look.is_hdr:
        return _TONE_MAP.format(transfer=look.transfer, w=inner.width, h=inner.height)
    matrix = f"in_color_matrix={_matrix(look)}:out_color_matrix=bt709:out_range=tv"
    return f"scale={inner.width}:{inner.height}:flags=lanczos:{matrix}"


def _matrix(look: Look) -> str:
    """Unlabelled video is BT.709 if it is high definition, else BT.601: what cameras and players assume."""
    known = {"bt709": "bt709", "smpte170m": "smpte170m", "bt470bg": "bt470bg", "bt2020nc": "bt2020", "fcc": "fcc"}
    return known.get(look.matrix, "bt709" if look.size.short_side >= 720 else "smpte170m")


def _padded(display: Size, size: Size) -> str:
    """Black bars where the shape differs."""
    inner = fitted(display, size)
    if inner == size:
        return "null"
    return f"pad={size.width}:{size.height}:{_middle(size.width, inner.width)}:{_middle(size.height, inner.height)}"


def _middle(outer: int, inner: int) -> int:
    """Even, so that the half-size colour planes are not moved."""
    return (outer - inner) // 4 * 2
