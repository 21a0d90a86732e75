using Microsoft.ML;
using Tef.Core.Text;
using Tef.MLNet.Documents;

namespace Tef.MLNet;

/// <summary>Loads corpora.</summary>
public static class LoadFromDocumentsCatalog
{
    /// <summary>
    /// Opens a corpus as rows, one for each document. Files are looked up at once and read while a cursor passes, so a corpus may be
    /// larger than memory.
    /// </summary>
    /// <remarks>
    /// <format type="text/markdown"><![CDATA[
    /// | Column | Type | Content |
    /// | -- | -- | -- |
    /// | `Text` | `Text` | the document |
    /// | `Meta` | `Text` | what the file says about the document; empty when it says nothing |
    ///
    /// A document longer than `DocumentReadOptions.MaxPartBytes` makes several rows.
    /// ]]></format>
    /// </remarks>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="path">
    /// A file; a folder, of which all files are meant, at any depth; or a pattern with <c>*</c>, <c>?</c> and <c>**</c>.
    /// </param>
    /// <param name="options">Format (plain, stories separated by <c>&lt;|endoftext|&gt;</c>, JSON lines, lines, paragraphs, WikiText,
    /// Parquet)
    /// and encoding; found out for each file when null. Files may be compressed (<c>.gz</c>).</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, it is empty, or no file matches.</exception>
    /// <exception cref="InvalidDataException">
    /// While reading: bytes that are not UTF-8, a line that is not a JSON document (both with file and line), a Parquet file that is
    /// damaged or lacks a column, or no text at all.
    /// </exception>
    public static IDataView LoadFromDocuments(this DataOperationsCatalog catalog, string path, DocumentReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new DocumentDataView(DocumentReader.Read(path, options));
    }
}
