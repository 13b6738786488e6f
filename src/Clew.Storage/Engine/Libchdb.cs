using System.Reflection;
using System.Runtime.InteropServices;

namespace Clew.Storage.Engine;

/// <summary>The C interface of libchdb 26.5, as far as it is used. Connection and result pointers are opaque.</summary>
internal static unsafe partial class Libchdb
{
    private const string Library = "chdb";

    /// <summary>Names the engine's shared library; otherwise it is looked for beside the program and in the checkout's <c>native</c> folder.</summary>
    private const string LibraryVariable = "CLEW_CHDB_LIBRARY";

    static Libchdb() => NativeLibrary.SetDllImportResolver(typeof(Libchdb).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "chdb_set_signal_handlers_enabled")]
    public static partial void SetSignalHandlersEnabled(int enabled);

    /// <returns>Pointer to a connection (itself a pointer); null when it failed.</returns>
    [LibraryImport(Library, EntryPoint = "chdb_connect")]
    public static partial nint* Connect(int argumentCount, byte** arguments);

    [LibraryImport(Library, EntryPoint = "chdb_close_conn")]
    public static partial void Close(nint* connection);

    [LibraryImport(Library, EntryPoint = "chdb_query_n")]
    public static partial nint Query(nint connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength);

    [LibraryImport(Library, EntryPoint = "chdb_result_buffer")]
    public static partial byte* ResultBuffer(nint result);

    [LibraryImport(Library, EntryPoint = "chdb_result_length")]
    public static partial nuint ResultLength(nint result);

    /// <returns>Zero-terminated UTF-8, owned by the result; null when the query went well.</returns>
    [LibraryImport(Library, EntryPoint = "chdb_result_error")]
    public static partial byte* ResultError(nint result);

    [LibraryImport(Library, EntryPoint = "chdb_destroy_query_result")]
    public static partial void DestroyResult(nint result);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
        {
            return 0;
        }

        var path = FindLibrary() ?? throw new DllNotFoundException(
            $"The embedded engine libchdb was not found. Run 'make build' (it fetches the engine with npm ci in native/), or set {LibraryVariable} to the path of libchdb.so.");
        return NativeLibrary.Load(path);
    }

    private static string? FindLibrary()
    {
        var configured = Environment.GetEnvironmentVariable(LibraryVariable);
        if (!string.IsNullOrEmpty(configured))
        {
            return configured;
        }

        var fileName = OperatingSystem.IsMacOS() ? "libchdb.dylib" : "libchdb.so";
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, fileName);
            if (File.Exists(beside))
            {
                return beside;
            }

            var packages = Path.Combine(folder.FullName, "native", "node_modules", "@chdb");
            if (Directory.Exists(packages))
            {
                return Directory.EnumerateFiles(packages, fileName, SearchOption.AllDirectories).FirstOrDefault();
            }
        }

        return null;
    }
}
