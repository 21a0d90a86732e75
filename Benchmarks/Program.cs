using System.CommandLine;
using Tef.Benchmarks.Verbs;

RootCommand root = new("Measures Tef.MLNet on this machine. Each verb prints a table, or one JSON document with --json.")
{
    PeakVerb.Create(),
    GemmVerb.Create(),
    KernelsVerb.Create(),
    TrainVerb.Create(),
    DecodeVerb.Create(),
    MemoryVerb.Create(),
    CompareVerb.Create(),
    MicroVerb.Create(),
};
return CommandRunner.Run(root, args);
