"""A language model of 259 tokens (the bytes) and random weights, in the file format of llama.cpp.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

DIM, HEADS, INNER, CONTEXT = 32, 2, 64, 8192
TOKENS = [b"<unk>", b"<s>", b"</s>", *(f"<0x{byte:02X}>".encode() for byte in range(256))]
LIKED = {'"': 0.5, "}": 0.2, "]": 0.2}  # so that texts and lists come to an end


def write_model(path: Path) -> None:
    """Writes the file, the same each time. Needs `gguf` and `numpy`."""
    import gguf  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    to = gguf.GGUFWriter(str(path), "llama")
    to.add_context_length(CONTEXT)
    to.add_embedding_length(DIM)
    to.add_block_count(1)
    to.add_feed_forward_length(INNER)
    to.add_head_count(HEADS)
    to.add_head_count_kv(HEADS)
    to.add_layer_norm_rms_eps(1e-5)
    to.add_rope_dimension_count(DIM // HEADS)
    to.add_tokenizer_model("llama")
    to.add_token_list(TOKENS)
    to.add_token_scores([0.0] * len(TOKENS))
    kinds = gguf.TokenType
    to.add_token_types([kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * 256])
    to.add_unk_token_id(0)
    to.add_bos_token_id(1)
    to.add_eos_token_id(2)
    to.add_add_space_prefix(False)
    for name, values in _weights().items():
        to.add_tensor(f"{name}.weight", values)
    to.write_header_to_file()
    to.write_kv_data_to_file()
    to.write_tensors_to_file()
    to.close()


def _weights() -> dict[str, Any]:
    """The weights by name, as 32-bit floats of shape (out, in)."""
    import numpy  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    draw = numpy.random.default_rng(7)

    def drawn(*shape: int) -> Any:
        return (draw.standard_normal(shape) * 0.05).astype(numpy.float32)

    ones = numpy.ones(DIM, numpy.float32)
    embedding, output = drawn(len(TOKENS), DIM), drawn(len(TOKENS), DIM)
    embedding[:, 0] = 1  # what all tokens have in common
    for char, liking in LIKED.items():
        output[TOKENS.index(f"<0x{ord(char):02X}>".encode()), 0] = liking
    found = {"token_embd": embedding, "output": output, "output_norm": ones}
    found |= {"blk.0.attn_norm": ones, "blk.0.ffn_norm": ones}
    found |= {f"blk.0.attn_{part}": drawn(DIM, DIM) for part in ("q", "k", "v", "output")}
    found |= {f"blk.0.ffn_{part}": drawn(INNER, DIM) for part in ("gate", "up")}
    return found | {"blk.0.ffn_down": drawn(DIM, INNER)}
