using System.Runtime.InteropServices;
using System.Text;
using Clew.Storage.Native;

namespace Clew.Storage.Engine;

/// <summary>
/// One connection to the embedded engine. It runs one statement at a time; its owner sees to that. Connecting resets signal handlers, so it
/// happens only through <see cref="Open"/>, which puts them back.
/// </summary>
internal sealed unsafe class EngineConnection : IDisposable
{
    private const int MaxDrains = 8;

    private static readonly Lock ConnectLock = new();
    private nint* _connection;

    /// <summary>Whether the last statement failed.</summary>
    private bool _isSuspect;

    private EngineConnection(nint* connection) => _connection = connection;

    /// <param name="directory">The engine's own folder.</param>
    /// <param name="arguments">Server settings in command line form, such as <c>--mark_cache_size=1000</c>.</param>
    /// <exception cref="StoreOpenException">The engine did not start.</exception>
    public static EngineConnection Open(string directory, IReadOnlyList<string> arguments)
    {
        string[] all = ["clickhouse", $"--path={directory}", .. arguments];
        lock (ConnectLock)
        {
            var handlers = SignalHandlers.Save();
            var pointers = stackalloc byte*[all.Length];
            try
            {
                for (var i = 0; i < all.Length; i++)
                {
                    pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
                }

                Libchdb.SetSignalHandlersEnabled(0);
                var connection = Libchdb.Connect(all.Length, pointers);
                if (connection is null || *connection == 0)
                {
                    throw new StoreOpenException($"The embedded engine could not open '{directory}'.");
                }

                return new EngineConnection(connection);
            }
            finally
            {
                handlers.Restore();
                for (var i = 0; i < all.Length; i++)
                {
                    Marshal.FreeCoTaskMem((nint)pointers[i]);
                }
            }
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The answer in Native format; empty when there is none.</returns>
    /// <exception cref="EngineException">The engine's own error.</exception>
    public byte[] Query(string sql)
    {
        ObjectDisposedException.ThrowIf(_connection is null, this);
        if (_isSuspect)
        {
            Drain();
        }

        _isSuspect = true;
        var answer = Ask(sql);
        _isSuspect = false;
        return answer;
    }

    /// <summary>
    /// After an error, above all that of a statement stopped from outside, the engine may keep blocks of its answer on the connection and give them to the next statement,
    /// before that one's own. Statements whose answers are known take them away.
    /// </summary>
    private void Drain()
    {
        for (var attempt = 1; attempt <= MaxDrains; attempt++)
        {
            var mark = $"clew-drain-{attempt}";
            try
            {
                if (NativeReader.Read(Ask($"SELECT '{mark}' AS mark")) is [{ Rows: 1 } block] && block.Has("mark") && block["mark"].GetString(0) == mark)
                {
                    _isSuspect = false;
                    return;
                }
            }
            catch (EngineException) when (attempt < MaxDrains)
            {
                // The error, too, may be an earlier statement's.
            }
        }

        throw new EngineException($"A connection still gives answers of other statements after {MaxDrains} attempts to take them away.", "");
    }

    private byte[] Ask(string sql)
    {
        var statement = Encoding.UTF8.GetBytes(sql);
        var format = "Native"u8;
        nint result;
        fixed (byte* statementPointer = statement)
        fixed (byte* formatPointer = format)
        {
            result = Libchdb.Query(*_connection, statementPointer, (nuint)statement.Length, formatPointer, (nuint)format.Length);
        }

        if (result == 0)
        {
            throw new EngineException("The engine gave no answer.", Head(sql));
        }

        try
        {
            var error = Libchdb.ResultError(result);
            if (error is not null)
            {
                throw new EngineException(Marshal.PtrToStringUTF8((nint)error) ?? "unknown error", Head(sql));
            }

            var length = checked((int)Libchdb.ResultLength(result));
            return new ReadOnlySpan<byte>(Libchdb.ResultBuffer(result), length).ToArray();
        }
        finally
        {
            Libchdb.DestroyResult(result);
        }
    }

    public void Dispose()
    {
        if (_connection is not null)
        {
            Libchdb.Close(_connection);
            _connection = null;
        }
    }

    private static string Head(string sql) => sql.Length <= 500 ? sql : sql[..500];
}
