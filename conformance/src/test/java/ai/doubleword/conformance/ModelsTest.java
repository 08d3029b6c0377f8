package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.errors.NotFoundException;
import com.openai.models.models.Model;
import org.junit.jupiter.api.Test;

class ModelsTest {
    @Test
    void listHoldsEveryModel() {
        assertThat(World.client().models().list().autoPager().stream().map(Model::id))
                .contains(World.CHAT, World.EMBEDDING)
                .doesNotHaveDuplicates();
    }

    @Test
    void getTakesANameWithSlashColonDotAndAt() {
        Model model = World.client().models().retrieve(World.CHAT).validate();
        assertThat(model.id()).isEqualTo(World.CHAT);
        assertThat(model.ownedBy()).isNotEmpty();
    }

    @Test
    void anUnknownModelIsNotFound() {
        assertThatThrownBy(() -> World.client().models().retrieve("no/such:model"))
                .isInstanceOfSatisfying(
                        NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
    }
}
