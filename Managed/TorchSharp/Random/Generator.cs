using System.Security.Cryptography;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A seed and a position. A random number is a function of both, so a run of them can be made by any number of threads and is the
    /// same every time.
    /// </summary>
    public class Generator : IDisposable
    {
        private static readonly Generator s_default = new(67280421310721);

        private readonly Lock gate = new();
        private ulong current;
        private ulong position;

        public Generator(ulong seed = 0, Device? device = null)
        {
            OnlyCpu(device);
            current = seed;
        }

        public static Generator Default => s_default;

        public Device device => CPU;

        public Generator manual_seed(long seed)
        {
            lock (gate)
                (current, position) = ((ulong)seed, 0);
            return this;
        }

        public long seed()
        {
            Span<byte> bits = stackalloc byte[8];
            RandomNumberGenerator.Fill(bits);
            long chosen = BitConverter.ToInt64(bits);
            manual_seed(chosen);
            return chosen;
        }

        public long initial_seed() => (long)current;

        public Tensor get_state()
        {
            lock (gate)
                return tensor(new[] { (long)current, (long)position });
        }

        public void set_state(Tensor value)
        {
            if (value.dtype != ScalarType.Int64 || value.numel() != 2)
                throw new ArgumentException("Expected a state from get_state(): two Int64 elements.", nameof(value));
            lock (gate)
                (current, position) = ((ulong)value[0].item<long>(), (ulong)value[1].item<long>());
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            // Two numbers in managed memory; the members are those of the real package.
        }

        /// <summary>The seed, and the first of <paramref name="count"/> positions that nobody else gets.</summary>
        internal (ulong Seed, ulong Offset) Reserve(long count)
        {
            lock (gate)
            {
                ulong offset = position;
                position += (ulong)count;
                return (current, offset);
            }
        }
    }
}
