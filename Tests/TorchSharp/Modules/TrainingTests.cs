using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tef.Tests.Tensors;

/// <summary>A small transformer, trained as a user of TorchSharp would write it.</summary>
public class TrainingTests
{
    [Test]
    public void A_transformer_learns_a_sequence_by_heart()
    {
        manual_seed(1);
        using var model = new Tiny(vocabulary: 17, width: 32, heads: 4, context: 12);
        using var optimizer = optim.AdamW(model.parameters(), lr: 3e-3, weight_decay: 0.01);
        using Tensor tokens = randint(17, [4, 13], ScalarType.Int64);
        double first = 0, last = 0;
        for (int step = 0; step < 150; step++)
        {
            using var scope = NewDisposeScope();
            Tensor logits = model.call(tokens[.., ..12]);
            Tensor loss = functional.cross_entropy(logits.view(-1, 17), tokens[.., 1..].reshape(-1));
            optimizer.zero_grad();
            loss.backward();
            utils.clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
            last = loss.item<float>();
            first = step == 0 ? last : first;
        }
        Assert.That(first, Is.EqualTo(Math.Log(17)).Within(0.6));
        Assert.That(last, Is.LessThan(0.05));
    }

    private sealed class Tiny : Module<Tensor, Tensor>
    {
        private readonly Embedding wte;
        private readonly Embedding wpe;
        private readonly ModuleList<Block> h;
        private readonly LayerNorm ln_f;

        internal Tiny(long vocabulary, long width, long heads, long context)
            : base(nameof(Tiny))
        {
            wte = Embedding(vocabulary, width);
            wpe = Embedding(context, width);
            h = ModuleList(new Block(width, heads), new Block(width, heads));
            ln_f = LayerNorm(width);
            RegisterComponents();
            foreach (var (_, parameter) in named_parameters())
            {
                if (parameter.dim() == 2)
                    init.normal_(parameter, 0, 0.02);
            }
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = wte.call(input) + wpe.call(arange(input.shape[1], ScalarType.Int64));
            foreach (Block block in h)
                x = block.call(x);
            return ln_f.call(x).matmul(wte.weight.t());
        }
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly long heads;
        private readonly LayerNorm ln_1;
        private readonly Linear attn;
        private readonly Linear proj;
        private readonly LayerNorm ln_2;
        private readonly Linear fc;
        private readonly Linear fc_proj;
        private readonly Dropout drop;

        internal Block(long width, long heads)
            : base(nameof(Block))
        {
            this.heads = heads;
            ln_1 = LayerNorm(width);
            attn = Linear(width, 3 * width);
            proj = Linear(width, width);
            ln_2 = LayerNorm(width);
            fc = Linear(width, 4 * width);
            fc_proj = Linear(4 * width, width);
            drop = Dropout(0.01);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var (batch, time, width) = (input.shape[0], input.shape[1], input.shape[2]);
            Tensor[] qkv = [.. attn.call(ln_1.call(input)).chunk(3, -1).Select(
                t => t.view(batch, time, heads, width / heads).transpose(1, 2))];
            Tensor y = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], is_casual: true);
            Tensor x = input + drop.call(proj.call(y.transpose(1, 2).reshape(batch, time, width)));
            return x + drop.call(fc_proj.call(functional.gelu(fc.call(ln_2.call(x)))));
        }
    }
}
