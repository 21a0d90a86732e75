using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that keeps the order in which keys were added.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)>
    where TKey : notnull
{
    private readonly List<(TKey Key, TValue Value)> entries = [];
    private readonly Dictionary<TKey, TValue> lookup = [];

    public OrderedDict()
    {
    }

    public int Count => entries.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => entries.ConvertAll(entry => entry.Key);

    public ICollection<TValue> Values => entries.ConvertAll(entry => entry.Value);

    public TValue this[TKey key]
    {
        get => lookup[key];
        set
        {
            int at = entries.FindIndex(entry => EqualityComparer<TKey>.Default.Equals(entry.Key, key));
            if (at < 0)
                entries.Add((key, value));
            else
                entries[at] = (key, value);
            lookup[key] = value;
        }
    }

    public (TKey, TValue) this[int index]
    {
        get => entries[index];
        set
        {
            RemoveAt(index);
            Insert(index, value);
        }
    }

    public void Add(TKey key, TValue value)
    {
        lookup.Add(key, value);
        entries.Add((key, value));
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    public void Insert(int index, (TKey, TValue) item)
    {
        lookup.Add(item.Item1, item.Item2);
        entries.Insert(index, item);
    }

    public bool ContainsKey(TKey key) => lookup.ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => lookup.TryGetValue(key, out value);

    public bool Contains((TKey, TValue) item) => entries.Contains(item);

    public bool Contains(KeyValuePair<TKey, TValue> item) => entries.Contains((item.Key, item.Value));

    public int IndexOf((TKey, TValue) item) => entries.IndexOf(item);

    public bool Remove(TKey key)
    {
        if (!lookup.Remove(key))
            return false;
        entries.RemoveAll(entry => EqualityComparer<TKey>.Default.Equals(entry.Key, key));
        return true;
    }

    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<TKey, TValue> item) => Contains(item) && Remove(item.Key);

    public void RemoveAt(int index) => Remove(entries[index].Key);

    public void Clear()
    {
        entries.Clear();
        lookup.Clear();
    }

    public void clear() => Clear();

    public IEnumerator<(TKey, TValue)> items() => GetEnumerator();

    public IEnumerable<TKey> keys() => Keys;

    public IEnumerable<TValue> values() => Values;

    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => entries.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var (key, value) in entries)
            array[arrayIndex++] = new(key, value);
    }

    public IEnumerator<(TKey, TValue)> GetEnumerator() => entries.GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        entries.Select(entry => new KeyValuePair<TKey, TValue>(entry.Key, entry.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
