namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>What a SentencePiece <c>.model</c> file says, with the defaults of its published schema.</summary>
internal sealed class SentencePieceModel
{
    /// <summary>The kinds of pieces, by their numbers in the file.</summary>
    public enum PieceKind
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    /// <summary>The kinds of models, by their numbers in the file.</summary>
    public enum ModelKind
    {
        Unigram = 1,
        Bpe = 2,
        Word = 3,
        Char = 4,
    }

    /// <summary>A token: its text, log probability or merge priority, and kind.</summary>
    public readonly record struct Piece(string Text, float Score, PieceKind Kind);

    public List<Piece> Pieces { get; } = [];

    public ModelKind Kind { get; private set; } = ModelKind.Unigram;

    public bool TreatWhitespaceAsSuffix { get; private set; }

    public bool ByteFallback { get; private set; }

    public int UnknownId { get; private set; }

    public int BeginningId { get; private set; } = 1;

    public int EndId { get; private set; } = 2;

    public string UnknownPiece { get; private set; } = "<unk>";

    public string BeginningPiece { get; private set; } = "<s>";

    public string EndPiece { get; private set; } = "</s>";

    /// <summary>What the normalization rules are called, such as <c>nmt_nfkc</c>.</summary>
    public string NormalizerName { get; private set; } = "";

    public byte[] CharsMap { get; private set; } = [];

    public bool AddDummyPrefix { get; private set; } = true;

    public bool RemoveExtraWhiteSpaces { get; private set; } = true;

    public bool EscapeWhiteSpaces { get; private set; } = true;

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="source">The file that errors name.</param>
    /// <exception cref="InvalidDataException">They are no SentencePiece model.</exception>
    public static SentencePieceModel Read(ReadOnlySpan<byte> bytes, string source)
    {
        var model = new SentencePieceModel();
        try
        {
            var reader = new ProtobufReader(bytes);
            while (reader.Read())
            {
                switch (reader.Field)
                {
                    case 1:
                        model.Pieces.Add(ReadPiece(reader.Bytes));
                        break;
                    case 2:
                        model.ReadTrainerSpec(reader.Bytes);
                        break;
                    case 3:
                        model.ReadNormalizerSpec(reader.Bytes);
                        break;
                }
            }

            model.Check();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{source} is not a SentencePiece model: {e.Message}", e);
        }

        return model;
    }

    private static Piece ReadPiece(ReadOnlySpan<byte> message)
    {
        string text = "";
        float score = 0;
        PieceKind kind = PieceKind.Normal;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.Text;
                    break;
                case 2:
                    score = reader.Single;
                    break;
                case 3:
                    kind = (PieceKind)reader.Int32;
                    break;
            }
        }

        return new Piece(text, score, kind);
    }

    private void ReadTrainerSpec(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 3:
                    Kind = (ModelKind)reader.Int32;
                    break;
                case 24:
                    TreatWhitespaceAsSuffix = reader.Boolean;
                    break;
                case 35:
                    ByteFallback = reader.Boolean;
                    break;
                case 40:
                    UnknownId = reader.Int32;
                    break;
                case 41:
                    BeginningId = reader.Int32;
                    break;
                case 42:
                    EndId = reader.Int32;
                    break;
                case 45:
                    UnknownPiece = reader.Text;
                    break;
                case 46:
                    BeginningPiece = reader.Text;
                    break;
                case 47:
                    EndPiece = reader.Text;
                    break;
            }
        }
    }

    private void ReadNormalizerSpec(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    NormalizerName = reader.Text;
                    break;
                case 2:
                    CharsMap = reader.Bytes.ToArray();
                    break;
                case 3:
                    AddDummyPrefix = reader.Boolean;
                    break;
                case 4:
                    RemoveExtraWhiteSpaces = reader.Boolean;
                    break;
                case 5:
                    EscapeWhiteSpaces = reader.Boolean;
                    break;
            }
        }
    }

    private void Check()
    {
        if (Pieces.Count == 0)
            throw new InvalidDataException("it has no pieces.");
        if ((uint)UnknownId >= (uint)Pieces.Count)
            throw new InvalidDataException($"the unknown piece has the id {UnknownId}, but there are {Pieces.Count} pieces.");
        int border = Math.Max(BeginningId, EndId);
        if (border >= Pieces.Count)
            throw new InvalidDataException($"a sentence border has the id {border}, but there are {Pieces.Count} pieces.");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int id = 0; id < Pieces.Count; id++)
        {
            (string text, float score, PieceKind kind) = Pieces[id];
            if (text.Length == 0)
                throw new InvalidDataException($"piece {id} is empty.");
            if (!seen.Add(text))
                throw new InvalidDataException($"piece {id}, '{text}', is there twice.");
            if (!float.IsFinite(score))
                throw new InvalidDataException($"piece {id}, '{text}', has the score {score}.");
            if (!Enum.IsDefined(kind))
                throw new InvalidDataException($"piece {id}, '{text}', is of the unknown kind {(int)kind}.");
        }
    }
}
