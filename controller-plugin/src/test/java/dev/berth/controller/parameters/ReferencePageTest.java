package dev.berth.controller.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferencePageTest {
  private static final Path PAGE = Path.of("../docs/storageclass-parameters.md");

  @Test
  void the_page_in_docs_is_the_one_that_the_table_writes() throws IOException {
    if (Boolean.getBoolean("berth.docs.write")) {
      Files.writeString(PAGE, ClassParameters.toMarkdown());
    }
    assertThat(PAGE)
        .as(
            "docs/storageclass-parameters.md differs from the code; write it anew with: mvn -pl"
                + " controller-plugin -am test -Dtest=ReferencePageTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dberth.docs.write=true")
        .hasContent(ClassParameters.toMarkdown());
  }

  @Test
  void every_parameter_is_on_the_page_with_its_default() {
    for (ClassParameter p : ClassParameter.values()) {
      assertThat(ClassParameters.toMarkdown()).contains("| `" + p.key() + "` |");
    }
    for (ClassParameter p : ClassParameter.forPeople()) {
      assertThat(ClassParameters.toMarkdown()).contains("| " + p.otherwise() + " |");
    }
  }
}
