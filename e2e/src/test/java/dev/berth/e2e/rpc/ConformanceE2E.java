package dev.berth.e2e.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The table {@code csi-conformance.tsv} against a driver with volumes, snapshots and a group. Rows
 * of RPCs that the driver does not offer are skipped, and counted when the last row is done.
 */
class ConformanceE2E {
  private static final Map<String, Integer> DONE = new TreeMap<>();
  private static World world = World.NONE;

  @BeforeAll
  static void start() throws IOException {
    world = World.make();
  }

  @AfterAll
  static void stop() {
    System.out.println("conformance: " + DONE);
    world.close();
  }

  @TestFactory
  List<DynamicTest> every_condition_has_its_code() throws IOException {
    return Row.all().stream()
        .map(row -> DynamicTest.dynamicTest(row.toString(), () -> check(row)))
        .toList();
  }

  @Test
  void every_rpc_has_a_row() throws IOException {
    assertThat(Row.all().stream().map(Row::rpc).collect(Collectors.toSet()))
        .isEqualTo(world.methods().keySet());
  }

  private static void check(Row row) throws IOException {
    MethodDescriptor<Message, Message> method = world.method(row.rpc());
    Message.Builder request = Methods.request(method).newBuilderForType();
    TextFormat.merge(world.fillIn(row.request()), request);
    Answer answer = Answer.of(world.channel(), method, request.build());
    boolean offered = answer.code() != Code.UNIMPLEMENTED || row.code() == Code.UNIMPLEMENTED;
    DONE.merge(offered ? "checked" : "skipped, " + row.rpc() + " is not offered", 1, Integer::sum);
    assumeTrue(offered, row.rpc() + " is not offered by this driver");
    assertThat(answer.code()).as("%s", answer.why()).isEqualTo(row.code());
    String text = answer.why() + answer.messages().stream().map(Row::text).toList();
    for (String words : row.words()) {
      if (words.startsWith("!")) {
        assertThat(text).doesNotContain(words.substring(1));
      } else {
        assertThat(text).contains(world.fillIn(words));
      }
    }
  }
}
