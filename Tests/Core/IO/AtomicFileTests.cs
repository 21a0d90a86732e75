using Tef.Core.IO;

namespace Tef.Tests.Core.IO;

public sealed class AtomicFileTests
{
    [Test]
    public void Replaces_a_file_and_creates_folders()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a", "b", "text.txt");
        AtomicFile.WriteAllText(path, "old");
        AtomicFile.WriteAllText(path, "nüw");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo("nüw"u8.ToArray()));
        Assert.That(Directory.GetFileSystemEntries(folder.File("a", "b")), Has.Length.EqualTo(1));
    }

    [Test]
    public void Keeps_the_old_file_when_writing_fails()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("text.txt", "old");
        Assert.That(
            () => AtomicFile.Write(path, stream =>
            {
                stream.Write("half"u8);
                throw new InvalidDataException("no more");
            }),
            Throws.TypeOf<InvalidDataException>());
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void Shows_nothing_before_the_commit()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("text.txt");
        using (var file = new AtomicFile(path))
        {
            file.Stream.WriteByte(1);
            Assert.That(File.Exists(path), Is.False);
            file.Commit();
            Assert.That(File.Exists(path), Is.True);
            Assert.That(file.Commit, Throws.TypeOf<ObjectDisposedException>());
        }

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void Refuses_a_folder_as_destination()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => new AtomicFile(folder.Path), Throws.TypeOf<IOException>().With.Message.Contains("folder"));
    }
}
