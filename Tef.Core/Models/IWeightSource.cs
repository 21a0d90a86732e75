namespace Tef.Core.Models;

/// <summary>Named arrays of numbers that a model can start from, read one at a time.</summary>
public interface IWeightSource : IDisposable
{
    /// <summary>What messages call the source, such as the path of its file.</summary>
    string Name { get; }

    /// <summary>All arrays, in an order that reads well.</summary>
    IReadOnlyList<WeightEntry> Entries { get; }

    /// <summary>Reads an array as float32.</summary>
    /// <param name="name">A name among <see cref="Entries"/>.</param>
    /// <param name="destination">Receives all elements, row after row.</param>
    /// <exception cref="InvalidDataException">The data is damaged, or holds no floating-point numbers.</exception>
    /// <exception cref="ArgumentException">There is no such array, or the span has another length.</exception>
    void ReadFloats(string name, Span<float> destination);
}

/// <summary>An array of a weight source.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
public sealed record WeightEntry(string Name, IReadOnlyList<long> Shape);
