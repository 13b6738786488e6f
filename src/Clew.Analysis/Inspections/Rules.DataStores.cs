using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> DataStores() => new()
    {
        [FindingKind.PoolSaturated] = new("pools", 1 /* thing */, 1.5, 2, 3, 4.0, 0.55, FindingGroup.Waiting, CauseKind.PoolExhaustion, IsConsequence: true),
        [FindingKind.PoolRefused] = new("pools", 0.05 /* share */, 0.05, 3, 4, 2.5, 0.50, FindingGroup.Waiting, CauseKind.PoolExhaustion, IsConsequence: true),
        [FindingKind.StatementSlower] = new("statements", 5e6 /* ns */, 1.5, 5, 8, 4.0, 0.40, FindingGroup.OwnTime, CauseKind.SlowStatement),
        [FindingKind.StoreSlower] = new("statements", 5e6 /* ns */, 1.5, 5, 8, 4.0, 0.80, FindingGroup.OwnTime, CauseKind.SlowStatement),
        [FindingKind.StatementRepeated] = new("repeated-statements", 5 /* calls */, 2, 3, 5, 0, 0.85, FindingGroup.Behaviour, CauseKind.RepeatedStatement),
        [FindingKind.ServerStatementSlower] = new("server-statements", 0.02 /* s per s */, 1.5, 1, 2, 4.0, 0.70, FindingGroup.Stores, CauseKind.SlowStatement),
        [FindingKind.ServerStatementNew] = new("server-statements", 0.02 /* s per s */, 0, 1, 2, 0, 0.55, FindingGroup.Stores, CauseKind.SlowStatement),
        [FindingKind.ServerStatementOften] = new("server-statements", 0.02 /* s per s */, 2, 1, 2, 0, 0.30, FindingGroup.Stores, CauseKind.Traffic, IsConsequence: true),
        [FindingKind.TableScanned] = new("table-scans", 1 /* per s */, 3, 2, 2, 3.0, 0.60, FindingGroup.Stores, CauseKind.MissingIndex),
        [FindingKind.LockContention] = new("locks", 0.05 /* share */, 0.05, 2, 4, 2.5, 0.75, FindingGroup.Stores, CauseKind.LockContention),
        [FindingKind.ConnectionsLeak] = new("connection-leaks", 3 /* connections */, 1.5, 4, 5, 0, 0.80, FindingGroup.Resources, CauseKind.ConnectionLeak, IsConsequence: true /* each is held longer when what is called is slow */),
    };
}
