namespace Tef.Benchmarks.Verbs;

#pragma warning disable IDE1006, SA1300 // The names are the keys of the JSON document.

/// <summary>One kernel of a profile.</summary>
/// <param name="kernel">Its name.</param>
/// <param name="calls">Calls per step.</param>
/// <param name="ms">Milliseconds per step.</param>
/// <param name="share">Share of the step.</param>
/// <param name="gflops">Arithmetic done per second in GFLOP/s; 0 where it is beside the point.</param>
/// <param name="gb_s">Memory read and written per second in GB/s; 0 where it is beside the point.</param>
internal sealed record ProfileRow(string kernel, double calls, double ms, double share, double gflops, double gb_s);
