package ai.doubleword.models;

import ai.doubleword.platform.Configuration;
import ai.doubleword.platform.ConfigurationFile;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.StartRefusedException;
import ai.doubleword.platform.YamlLines;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jboss.logging.Logger;

/// Applies the blocks `providers` and `models` of `doubleword.yaml` at start: what they list is added or changed, what
/// they do not list stays. Providers that say `discover: true` are asked for their models in the background, so that
/// one that is down does not hold up the start.
final class ConfiguredCatalogue {
    private static final Logger LOG = Logger.getLogger(ConfiguredCatalogue.class);

    private final Catalogue catalogue;
    private final Discoveries discoveries;

    ConfiguredCatalogue(Catalogue catalogue, Discoveries discoveries) {
        this.catalogue = catalogue;
        this.discoveries = discoveries;
    }

    void apply() {
        Configuration.load().file().ifPresent(this::apply);
    }

    private void apply(ConfigurationFile file) {
        ObjectNode sections = JsonNodeFactory.instance.objectNode();
        for (String section : List.of("providers", "models")) {
            if (!file.section(section).isMissingNode()) {
                sections.set(section, file.section(section));
            }
        }
        if (sections.isEmpty()) {
            return;
        }
        CatalogueFile.Read read;
        try {
            read = new CatalogueFile(System::getenv).read(sections);
            for (CatalogueChange change : catalogue.apply(read.document(), false)) {
                LOG.infof("%s: %s %s %s", file.path(), change.action(), change.kind(), change.name());
            }
        } catch (CatalogueFaultException e) {
            throw refused(file, e.path(), e);
        } catch (ProblemException e) {
            String param = e.problem().param();
            throw refused(file, param == null ? "" : param, e);
        }
        read.discover().forEach(provider -> Thread.startVirtualThread(() -> discover(provider)));
    }

    private static StartRefusedException refused(ConfigurationFile file, String path, RuntimeException fault) {
        String where;
        try {
            where = CatalogueFile.where(file.path(), YamlLines.of(Files.readString(file.path())), path);
        } catch (IOException e) {
            where = file.path().toString();
        }
        return new StartRefusedException(
                where + ": " + fault.getMessage(), "Correct it, or take the block out and start again.");
    }

    private void discover(String provider) {
        try {
            long added = discoveries.discover(provider).stream()
                    .filter(Discoveries.Outcome::added)
                    .count();
            LOG.infof("Provider %s: %d new models", provider, added);
        } catch (ProblemException e) {
            LOG.warnf(
                    "Provider %s: %s Repeat it later: doubleword providers discover %s",
                    provider, e.getMessage(), provider);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
