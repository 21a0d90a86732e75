"""A GPT-2 training step and greedy decoding in PyTorch, as its users would write them: the peer of `compare`.

Prints one JSON line with the median milliseconds and tokens per second.
"""
import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["train", "decode"])
    for name in ("layers", "dim", "heads", "ctx", "batch", "vocab", "steps", "new-tokens", "threads"):
        parser.add_argument("--" + name, type=int, required=True)
    return parser.parse_args()


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.c_attn = nn.Linear(dim, 3 * dim)
        self.c_proj = nn.Linear(dim, dim)

    def forward(self, x, cache):
        batch, length, dim = x.shape
        shape = (batch, length, self.heads, dim // self.heads)
        q, k, v = (part.view(shape).transpose(1, 2) for part in self.c_attn(x).chunk(3, dim=-1))
        if cache is not None:
            if cache:
                k = torch.cat((cache["k"], k), dim=2)
                v = torch.cat((cache["v"], v), dim=2)
            cache["k"], cache["v"] = k, v
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
        else:
            scores = q @ k.transpose(-1, -2) / math.sqrt(dim // self.heads)
            if length > 1:
                hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
                scores = scores.masked_fill(hidden, float("-inf"))
            y = scores.softmax(dim=-1) @ v
        return self.c_proj(y.transpose(1, 2).reshape(batch, length, dim))


class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(dim), Attention(dim, heads)
        self.ln_2 = nn.LayerNorm(dim)
        self.c_fc, self.c_proj = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, x, cache):
        x = x + self.attn(self.ln_1(x), cache)
        return x + self.c_proj(F.gelu(self.c_fc(self.ln_2(x))))


class Gpt2(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.wte = nn.Embedding(o.vocab, o.dim)
        self.wpe = nn.Embedding(max(o.ctx, 1024), o.dim)
        self.h = nn.ModuleList(Block(o.dim, o.heads) for _ in range(o.layers))
        self.ln_f = nn.LayerNorm(o.dim)

    def forward(self, tokens, start=0, caches=None):
        x = self.wte(tokens) + self.wpe.weight[start:start + tokens.shape[1]]
        for i, block in enumerate(self.h):
            x = block(x, None if caches is None else caches[i])
        return F.linear(self.ln_f(x), self.wte.weight)


def training_seconds(model, o):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    inputs = torch.randint(o.vocab, (o.batch, o.ctx))
    targets = torch.randint(o.vocab, (o.batch * o.ctx,))
    for _ in range(o.steps + 1):
        started = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(inputs).view(-1, o.vocab), targets).backward()
        optimizer.step()
        yield time.perf_counter() - started


@torch.no_grad()
def decoding_seconds(model, o):
    model.eval()
    for _ in range(o.steps + 1):
        caches = [{} for _ in range(o.layers)]
        position = 16
        logits = model(torch.randint(o.vocab, (1, position)), 0, caches)
        started = time.perf_counter()
        for _ in range(o.new_tokens):
            logits = model(logits[:, -1].argmax(-1, keepdim=True), position, caches)
            position += 1
        yield time.perf_counter() - started


def main():
    o = arguments()
    torch.manual_seed(0)
    torch.set_num_threads(o.threads)
    model = Gpt2(o)
    seconds = list(training_seconds(model, o) if o.mode == "train" else decoding_seconds(model, o))[1:]
    median = sorted(seconds)[len(seconds) // 2]
    tokens = o.batch * o.ctx if o.mode == "train" else o.new_tokens
    print(json.dumps({
        "peer": "pytorch " + torch.__version__, "mode": o.mode, "dtype": "fp32", "layers": o.layers, "dim": o.dim,
        "heads": o.heads, "ctx": o.ctx, "batch": o.batch, "vocab": o.vocab, "threads": o.threads,
        "params_M": round(sum(p.numel() for p in model.parameters()) / 1e6, 2),
        "median_ms": round(median * 1e3, 1), "tokens_per_s": round(tokens / median, 1)}))


main()
