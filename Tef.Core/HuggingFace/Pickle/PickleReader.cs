using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Tef.Core.HuggingFace.Pickle;

/// <summary>
/// Reads the pickles (Python's <c>pickle</c>, protocols 2 to 5) that PyTorch writes weights with. A pickle is a program for a stack
/// machine that may name and call anything; this machine calls nothing. It knows the few names that tensors are made of, and any
/// other is an error.
/// </summary>
internal ref struct PickleReader
{
    private static readonly PickleGlobal s_rebuildTensor = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly PickleGlobal s_orderedDict = new("collections", "OrderedDict");
    private static readonly object s_mark = new();
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data;
    private readonly string _source;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _position;

    /// <param name="data">Begins with a pickle; others may follow.</param>
    /// <param name="source">What to call it in messages.</param>
    public PickleReader(ReadOnlySpan<byte> data, string source)
    {
        _data = data;
        _source = source;
    }

    /// <summary>The first byte after the pickles that were read.</summary>
    public readonly int Position => _position;

    /// <summary>The storages that the pickles referred to, by key.</summary>
    public Dictionary<string, PickleStorage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the next pickle.</summary>
    /// <returns>
    /// null, bool, long, BigInteger, double, string, object[] for a tuple, a list of objects, or one of the types of this folder.
    /// </returns>
    /// <exception cref="InvalidDataException">The pickle is damaged, or names something that tensors are not made of.</exception>
    public object? Read()
    {
        _stack.Clear();
        _memo.Clear();
        while (true)
        {
            int at = _position;
            byte code = Take(1)[0];
            switch (code)
            {
                case (byte)'.':
                    if (_stack.Count != 1 || _stack[0] == s_mark)
                        throw Damaged(at, $"ends with {_stack.Count} values instead of one");
                    return _stack[0];
                case 0x80: // PROTO
                    int protocol = Take(1)[0];
                    if (protocol is < 2 or > 5)
                        throw Damaged(at, $"has protocol {protocol}; 2 to 5 are known");
                    break;
                case 0x95: // FRAME
                    Take(8);
                    break;
                case (byte)'(':
                    _stack.Add(s_mark);
                    break;
                case (byte)'0':
                    Pop(at);
                    break;
                case (byte)'1':
                    PopToMark(at);
                    break;
                case (byte)'2':
                    object? top = Pop(at);
                    _stack.Add(top);
                    _stack.Add(top);
                    break;
                case (byte)'N':
                    _stack.Add(null);
                    break;
                case 0x88:
                    _stack.Add(true);
                    break;
                case 0x89:
                    _stack.Add(false);
                    break;
                case (byte)'K':
                    _stack.Add((long)Take(1)[0]);
                    break;
                case (byte)'M':
                    _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case (byte)'J':
                    _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case 0x8a: // LONG1
                    _stack.Add(Long(Take(Take(1)[0])));
                    break;
                case (byte)'G':
                    _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case (byte)'X':
                    _stack.Add(Text(at, BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case 0x8c: // SHORT_BINUNICODE
                    _stack.Add(Text(at, Take(1)[0]));
                    break;
                case (byte)'T':
                    _stack.Add(Text(at, BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case (byte)'U':
                    _stack.Add(Text(at, Take(1)[0]));
                    break;
                case (byte)']':
                    _stack.Add(new List<object?>());
                    break;
                case (byte)'l':
                    _stack.Add(PopToMark(at).ToList());
                    break;
                case (byte)')':
                    _stack.Add(Array.Empty<object?>());
                    break;
                case (byte)'t':
                    _stack.Add(PopToMark(at));
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                    object?[] tuple = new object?[code - 0x84];
                    for (int i = tuple.Length - 1; i >= 0; i--)
                        tuple[i] = Pop(at);
                    _stack.Add(tuple);
                    break;
                case (byte)'}':
                    _stack.Add(new PickleDict());
                    break;
                case (byte)'d':
                    object?[] pairs = PopToMark(at);
                    var dict = new PickleDict();
                    SetItems(at, dict, pairs);
                    _stack.Add(dict);
                    break;
                case (byte)'a':
                    object? item = Pop(at);
                    Peek<List<object?>>(at, "a list").Add(item);
                    break;
                case (byte)'e':
                    object?[] items = PopToMark(at);
                    Peek<List<object?>>(at, "a list").AddRange(items);
                    break;
                case (byte)'s':
                    object? value = Pop(at);
                    object? key = Pop(at);
                    Peek<PickleDict>(at, "a dict").Items.Add((key, value));
                    break;
                case (byte)'u':
                    object?[] set = PopToMark(at);
                    SetItems(at, Peek<PickleDict>(at, "a dict"), set);
                    break;
                case (byte)'q':
                    Memoize(at, Take(1)[0]);
                    break;
                case (byte)'r':
                    Memoize(at, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                    break;
                case 0x94: // MEMOIZE
                    Memoize(at, _memo.Count);
                    break;
                case (byte)'h':
                    Recall(at, Take(1)[0]);
                    break;
                case (byte)'j':
                    Recall(at, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                    break;
                case (byte)'c':
                    _stack.Add(Known(at, Line(at), Line(at)));
                    break;
                case 0x93: // STACK_GLOBAL
                    object? name = Pop(at);
                    object? module = Pop(at);
                    _stack.Add(module is string m && name is string n ? Known(at, m, n) : throw Damaged(at, "names something without a text"));
                    break;
                case (byte)'Q':
                    _stack.Add(Storage(at, Pop(at)));
                    break;
                case (byte)'R':
                    object? arguments = Pop(at);
                    _stack.Add(Make(at, Pop(at), arguments));
                    break;
                case (byte)'b':
                    // What a dict carries besides its items, such as versions of modules, says nothing about weights.
                    Pop(at);
                    Peek<PickleDict>(at, "an OrderedDict");
                    break;
                default:
                    throw Damaged(at, $"has the instruction 0x{code:X2}, which weights are not written with");
            }
        }
    }

    private readonly PickleGlobal Known(int at, string module, string name)
    {
        var global = new PickleGlobal(module, name);
        bool known = global == s_rebuildTensor || global == s_orderedDict || (module == "torch" && StorageType.Find(name) is not null);
        return known
            ? global
            : throw new InvalidDataException(
                $"{_source}, byte {at}: the pickle asks for '{global}'. Only tensors are read from pickles, nothing is executed: "
                + $"{s_rebuildTensor}, {s_orderedDict} and torch.*Storage of {StorageType.KnownNames} are allowed.");
    }

    private readonly object Make(int at, object? what, object? arguments)
    {
        if (what is not PickleGlobal global || arguments is not object?[] values)
            throw Damaged(at, "calls something that is not a name, or without a tuple of arguments");
        if (global == s_orderedDict)
        {
            var dict = new PickleDict();
            if (values is [List<object?> pairs])
            {
                foreach (object? pair in pairs)
                    dict.Items.Add(pair is object?[] { Length: 2 } two ? (two[0], two[1]) : throw Damaged(at, "makes an OrderedDict of no pairs"));
            }
            else if (values.Length > 0)
            {
                throw Damaged(at, "makes an OrderedDict of something else than a list of pairs");
            }

            return dict;
        }

        if (global == s_rebuildTensor && values is [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..]
            && Sizes(shape) is { } sizes && Sizes(strides) is { } steps && sizes.Length == steps.Length && offset >= 0)
        {
            return new PickleTensor(storage, offset, sizes, steps);
        }

        throw Damaged(at, $"calls {global} with arguments that make no tensor");
    }

    private readonly PickleStorage Storage(int at, object? id)
    {
        if (id is not object?[] { Length: >= 5 } parts || parts[0] is not "storage" || parts[1] is not PickleGlobal type
            || StorageType.Find(type.Name) is null || parts[2] is not string key || parts[4] is not (long and >= 0L))
        {
            throw Damaged(at, "refers to something that is not a storage");
        }

        long offset = 0;
        if (parts.Length > 5 && parts[5] is object?[] view)
            offset = view is [_, long start and >= 0L, long] ? start : throw Damaged(at, "refers to a view of a storage that is none");
        var storage = new PickleStorage(type.Name, key, (long)parts[4]!, offset);
        Storages[key] = storage;
        return storage;
    }

    private static long[]? Sizes(object?[] values) =>
        Array.TrueForAll(values, value => value is long and >= 0L) ? Array.ConvertAll(values, value => (long)value!) : null;

    private static object Long(ReadOnlySpan<byte> bytes)
    {
        var number = new BigInteger(bytes);
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : number;
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _data.Length - _position)
            throw Damaged(_position, "ends in the middle");
        ReadOnlySpan<byte> taken = _data.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private string Text(int at, long bytes)
    {
        try
        {
            return s_utf8.GetString(Take(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged(at, "has a text that is not UTF-8");
        }
    }

    private string Line(int at)
    {
        int length = _data[_position..].IndexOf((byte)'\n');
        if (length < 0)
            throw Damaged(at, "has a name without an end");
        string line = Text(at, length);
        _position++;
        return line;
    }

    private readonly object? Pop(int at)
    {
        if (_stack.Count == 0 || _stack[^1] == s_mark)
            throw Damaged(at, "takes a value from an empty stack");
        object? value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly object?[] PopToMark(int at)
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
            throw Damaged(at, "takes values up to a mark that is not there");
        object?[] values = [.. _stack.GetRange(mark + 1, _stack.Count - mark - 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private readonly T Peek<T>(int at, string what)
        where T : class =>
        _stack.Count > 0 && _stack[^1] is T value ? value : throw Damaged(at, $"fills {what} that is not there");

    private readonly void SetItems(int at, PickleDict dict, object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
            throw Damaged(at, "sets a key without a value");
        for (int i = 0; i < pairs.Length; i += 2)
            dict.Items.Add((pairs[i], pairs[i + 1]));
    }

    private readonly void Memoize(int at, long key)
    {
        if (_stack.Count == 0 || _stack[^1] == s_mark)
            throw Damaged(at, "remembers a value that is not there");
        _memo[key] = _stack[^1];
    }

    private readonly void Recall(int at, long key) =>
        _stack.Add(_memo.TryGetValue(key, out object? value) ? value : throw Damaged(at, $"recalls value {key}, which was not remembered"));

    private readonly InvalidDataException Damaged(int at, string problem) =>
        new($"{_source}, byte {at}: not a pickle of weights, it {problem}.");
}
