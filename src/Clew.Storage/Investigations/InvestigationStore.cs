using Clew.Storage.Engine;
using Clew.Storage.Native;
using Clew.Storage.Reading;
using Clew.Storage.Writing;

namespace Clew.Storage.Investigations;

/// <summary>Past investigations on an engine.</summary>
internal sealed class InvestigationStore(IStoreEngine engine, StoreWriter writer) : IInvestigationArchive
{
    private const string Columns = "time, id, end_time, written, verdict, service, kind, headline, features";

    public Task WriteAsync(Tenant tenant, PastInvestigation investigation, CancellationToken cancellation) => writer.WriteAsync(tenant, [investigation], cancellation);

    public async Task<IReadOnlyList<PastInvestigation>> ListAsync(Tenant tenant, TimeRange range, int limit, CancellationToken cancellation) =>
        Read(
            await AskAsync($"SELECT {Columns} FROM investigations FINAL WHERE {StoreReader.TenantIs(tenant)} AND {StoreReader.InRange(range, "time")} ORDER BY time DESC, written DESC, id LIMIT {limit}", cancellation),
            hasReport: false);

    public async Task<PastInvestigation?> FindAsync(Tenant tenant, string id, CancellationToken cancellation) =>
        Read(await AskAsync($"SELECT {Columns}, report FROM investigations FINAL WHERE {StoreReader.TenantIs(tenant)} AND id = {SqlLiteral.Text(id)} ORDER BY written DESC LIMIT 1", cancellation), hasReport: true).FirstOrDefault();

    private static List<PastInvestigation> Read(IReadOnlyList<NativeBlock> blocks, bool hasReport)
    {
        var found = new List<PastInvestigation>();
        foreach (var block in blocks)
        {
            var times = block.Fixed("time").As<long>();
            var ends = block.Fixed("end_time").As<long>();
            var written = block.Fixed("written").As<long>();
            for (var row = 0; row < block.Rows; row++)
            {
                string At(string column) => block[column].GetString(row);
                found.Add(new PastInvestigation
                {
                    Id = At("id"),
                    Start = new Timestamp(times[row]),
                    End = new Timestamp(ends[row]),
                    Written = new Timestamp(written[row]),
                    Verdict = At("verdict"),
                    Service = At("service"),
                    Kind = At("kind"),
                    Headline = At("headline"),
                    Features = At("features"),
                    Report = hasReport ? At("report") : "",
                });
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<NativeBlock>> AskAsync(string sql, CancellationToken cancellation)
    {
        try
        {
            return await engine.QueryAsync(EngineWork.Read, sql, cancellation);
        }
        catch (EngineException error)
        {
            throw StoreErrors.Translate(error);
        }
    }
}
