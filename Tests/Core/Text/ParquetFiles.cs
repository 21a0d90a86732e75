using Parquet;
using Parquet.Schema;

namespace Tef.Tests.Core.Text;

/// <summary>Small Parquet files, written by the library.</summary>
internal static class ParquetFiles
{
    /// <summary>Writes columns <c>text</c> and <c>tags</c> of strings and <c>id</c> of numbers, a row group for each array of rows.</summary>
    public static string Write(string path, params (string? Text, string? Tags)[][] groups)
    {
        DataField text = new DataField<string>("text"), tags = new DataField<string>("tags"), id = new DataField<int>("id");
        using FileStream stream = File.Create(path);
        WriteAsync().GetAwaiter().GetResult();
        return path;

        async Task WriteAsync()
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(id, text, tags), stream);
            foreach ((string? Text, string? Tags)[] rows in groups)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAsync<int>(id, Enumerable.Range(0, rows.Length).ToArray());
                await group.WriteAsync(text, rows.Select(row => row.Text!).ToArray());
                await group.WriteAsync(tags, rows.Select(row => row.Tags!).ToArray());
                group.CompleteValidate();
            }
        }
    }
}
