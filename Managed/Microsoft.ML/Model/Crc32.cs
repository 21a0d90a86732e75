namespace Microsoft.ML.Model;

/// <summary>The checksum of zip archives: CRC-32 with the reflected polynomial 0xEDB88320.</summary>
internal struct Crc32
{
    private static readonly uint[] Table = CreateTable();
    private uint _state;

    public readonly uint Value => _state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint state = ~_state;
        foreach (byte value in bytes)
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        _state = ~state;
    }

    private static uint[] CreateTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint remainder = i;
            for (int bit = 0; bit < 8; bit++)
                remainder = (remainder >> 1) ^ (0xEDB88320 & (0 - (remainder & 1)));
            table[i] = remainder;
        }

        return table;
    }
}
