Console.Error.WriteLine("usage: Benchmarks VERB [--json]");
return 1;
