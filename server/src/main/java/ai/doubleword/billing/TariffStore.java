package ai.doubleword.billing;

import ai.doubleword.platform.Tier;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/// SQL of tariffs: written once, never changed. Each method is one statement on the caller's handle.
final class TariffStore {
    private static final String ROW = """
            SELECT id, model_id, tier, batch_window, input, cache_read, cache_write_5m, cache_write_1h, output,
                   reasoning, audio_input, audio_output, images, derived, valid_from
              FROM tariff t
            """;

    private TariffStore() {}

    static void insert(Handle handle, ModelTariff row) {
        Tariff tariff = row.tariff();
        handle.createUpdate("""
                        INSERT INTO tariff (id, model_id, tier, batch_window, input, cache_read, cache_write_5m,
                            cache_write_1h, output, reasoning, audio_input, audio_output, images, derived, valid_from)
                        VALUES (:id, :model, :tier, :window, :input, :cacheRead, :cacheWrite5m, :cacheWrite1h, :output,
                            :reasoning, :audioInput, :audioOutput, :images, :derived, :validFrom)
                        """)
                .bind("id", tariff.id())
                .bind("model", row.model())
                .bind("tier", row.tier().wire())
                .bind("window", row.window())
                .bind("input", tariff.input())
                .bind("cacheRead", tariff.cacheRead())
                .bind("cacheWrite5m", tariff.cacheWrite5m())
                .bind("cacheWrite1h", tariff.cacheWrite1h())
                .bind("output", tariff.output())
                .bind("reasoning", tariff.reasoning())
                .bind("audioInput", tariff.audioInput())
                .bind("audioOutput", tariff.audioOutput())
                .bind("images", tariff.images())
                .bind("derived", row.derived())
                .bind("validFrom", tariff.validFrom().atOffset(ZoneOffset.UTC))
                .execute();
    }

    /// Those in force at an instant and those that come after it, the oldest first. One index probe for each slot.
    static List<ModelTariff> inForceAndLater(Handle handle, Collection<Long> models, Instant at) {
        return handle.createQuery(ROW + """
                         WHERE model_id = ANY(:models)
                           AND (valid_from > :at OR id = (
                                SELECT id FROM tariff c
                                 WHERE c.model_id = t.model_id AND c.tier = t.tier
                                   AND c.batch_window = t.batch_window AND c.valid_from <= :at
                                 ORDER BY c.valid_from DESC, c.id DESC LIMIT 1))
                         ORDER BY valid_from, id
                        """)
                .bindArray("models", Long.class, models)
                .bind("at", at.atOffset(ZoneOffset.UTC))
                .map((row, context) -> map(row))
                .list();
    }

    static List<ModelTariff> byId(Handle handle, Collection<Long> ids) {
        return handle.createQuery(ROW + " WHERE id = ANY(:ids)")
                .bindArray("ids", Long.class, ids)
                .map((row, context) -> map(row))
                .list();
    }

    /// All versions, the newest first.
    static List<ModelTariff> history(Handle handle, long model) {
        return handle.createQuery(ROW + " WHERE model_id = :model ORDER BY valid_from DESC, id DESC LIMIT 1000")
                .bind("model", model)
                .map((row, context) -> map(row))
                .list();
    }

    private static ModelTariff map(ResultSet row) throws SQLException {
        Tariff tariff = new Tariff(
                row.getLong("id"),
                row.getLong("input"),
                row.getLong("cache_read"),
                row.getLong("cache_write_5m"),
                row.getLong("cache_write_1h"),
                row.getLong("output"),
                row.getLong("reasoning"),
                row.getLong("audio_input"),
                row.getLong("audio_output"),
                row.getLong("images"),
                row.getObject("valid_from", OffsetDateTime.class).toInstant());
        return new ModelTariff(
                row.getLong("model_id"),
                Tier.valueOf(row.getString("tier").toUpperCase(Locale.ROOT)),
                row.getString("batch_window"),
                row.getBoolean("derived"),
                tariff);
    }
}
