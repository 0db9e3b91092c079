package dev.berth.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a user can be told is in the documents. */
class MessagesTest {
  private static final Path PAGE = Repository.root().resolve("docs/messages.md");
  private static final Path TROUBLESHOOTING =
      Repository.root().resolve("docs/kubernetes/troubleshooting.md");

  private final Messages messages = Messages.read();

  @Test
  void the_page_of_messages_is_the_one_that_the_sources_write() throws IOException {
    if (Boolean.getBoolean("berth.docs.write")) {
      Files.writeString(PAGE, messages.toMarkdown());
    }
    assertThat(PAGE)
        .as("docs/messages.md differs from the sources; write it anew with: ./dev docs")
        .hasContent(messages.toMarkdown());
  }

  @Test
  void every_reason_of_an_event_is_explained_where_people_look_for_it() throws IOException {
    String page = Files.readString(TROUBLESHOOTING);
    assertThat(messages.events().keySet())
        .contains("ProvisioningFailed", "NodeGone")
        .allSatisfy(reason -> assertThat(page).contains("`" + reason + "`"));
  }

  @Test
  void a_message_is_read_out_of_the_expression_that_makes_it() {
    String call = "f(a.b(\"x\", 1), \"pool \" + name + \" is \" + (full ? \"full\" : \"not\"))";
    List<Expression> arguments = Expression.arguments(call, 1);
    assertThat(arguments).hasSize(2);
    assertThat(arguments.getLast().says()).isEqualTo("pool … is …");
    assertThat(new Expression("\"%s is %d of 100 %%\".formatted(a, b(\"c\"))").says())
        .isEqualTo("… is … of 100 %");
    assertThat(new Expression("late ? \"Late\" : \"Early\"").literals())
        .containsExactly("Late", "Early");
  }
}
