using System.Buffers;
using System.Text;
using Tef.Core.Tokenization.SentencePieceFormat;

namespace Tef.Core.Tokenization;

/// <summary>
/// The normalization rules of a SentencePiece model in their compiled form. SentencePiece's own trainer writes <c>nmt_nfkc</c> by
/// default: Unicode's compatibility composition (NFKC), control characters and kinds of spaces made one. A model that is trained with
/// the rules of another treats text as that one does, in every tool that reads it.
/// </summary>
/// <example>
/// <code>
/// // Once, by SentencePiece: spm_train --input=any.txt --model_prefix=rules --vocab_size=100 --hard_vocab_limit=false
/// var options = new SentencePieceTrainerOptions { Rules = SentencePieceRules.Of(SentencePieceVocabulary.Load("rules.model")) };
/// </code>
/// </example>
public sealed class SentencePieceRules
{
    private readonly CharsMap _map;
    private readonly bool[] _plain = new bool[0x80];

    private SentencePieceRules(string name, byte[] compiled)
    {
        Name = name;
        Compiled = compiled;
        _map = new CharsMap(compiled);
        for (int value = 0; value < _plain.Length; value++)
            _plain[value] = _map.LeavesAlone((byte)value);
    }

    /// <summary>What the rules are called, such as <c>nmt_nfkc</c>.</summary>
    public string Name { get; }

    internal byte[] Compiled { get; }

    /// <summary>The rules of a model.</summary>
    /// <returns>Null when the model has none and takes text as it is.</returns>
    /// <exception cref="InvalidDataException">The model's rules are damaged.</exception>
    public static SentencePieceRules? Of(SentencePieceVocabulary model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.CompiledRules.Length == 0 ? null : new SentencePieceRules(model.RulesName, model.CompiledRules);
    }

    /// <summary>Applies the rules.</summary>
    /// <param name="text">Any text; surrogates without a partner become U+FFFD.</param>
    /// <exception cref="InvalidDataException">A rule is damaged.</exception>
    public ReadOnlyMemory<char> Apply(ReadOnlyMemory<char> text)
    {
        if (IsPlain(text.Span))
            return text;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(0, Encoding.UTF8.GetBytes(text.Span, bytes));
            var output = new ArrayBufferWriter<byte>(input.Length + 16);
            while (!input.IsEmpty)
            {
                int length = _map.Match(input, out ReadOnlySpan<byte> replacement);
                if (length == 0)
                {
                    Rune.DecodeFromUtf8(input, out _, out length);
                    replacement = input[..length];
                }

                output.Write(replacement);
                input = input[length..];
            }

            return Encoding.UTF8.GetString(output.WrittenSpan).AsMemory();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private bool IsPlain(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c >= _plain.Length || !_plain[c])
                return false;
        }

        return true;
    }
}
