namespace Microsoft.ML;

/// <summary>What a component writes at the head of its entry: what it is, in which version, and who can load it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;

    public readonly uint VerWrittenCur;

    /// <summary>The oldest version of the component that can read what is written now.</summary>
    public readonly uint VerReadableCur;

    /// <summary>The oldest version of the format that the component can read.</summary>
    public readonly uint VerWeCanReadBack;

    public readonly string LoaderAssemblyName;

    public readonly string? LoaderSignature;

    public readonly string? LoaderSignatureAlt;

    public VersionInfo(
        string modelSignature,
        uint verWrittenCur,
        uint verReadableCur,
        uint verWeCanReadBack,
        string loaderAssemblyName,
        string? loaderSignature = null,
        string? loaderSignatureAlt = null)
    {
        if (modelSignature is not { Length: 8 } || modelSignature.Any(c => c > 0xFF))
            throw new ArgumentException($"A model signature has eight Latin letters, unlike '{modelSignature}'.", nameof(modelSignature));
        foreach (string? loader in (string?[])[loaderSignature, loaderSignatureAlt])
        {
            if (loader is not null && (loader.Length > ModelHeader.LoaderLength || loader.Any(c => c > 0xFF)))
            {
                throw new ArgumentException(
                    $"A loader is named with at most 24 Latin letters, unlike '{loader}'.", nameof(loaderSignature));
            }
        }

        for (int i = 0; i < modelSignature.Length; i++)
            ModelSignature |= (modelSignature[i] == ' ' ? 0UL : modelSignature[i]) << (8 * i);
        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }
}
