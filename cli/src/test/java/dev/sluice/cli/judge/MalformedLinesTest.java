package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A malformed line ends it: its number and what is wrong on the error output, exit 2. */
class MalformedLinesTest {
  private static final String CONFIG = Judged.CONFIG.strip();
  private static final String GOOD = Judged.tick(10, 5, 0, 0, 1000);
  private static final String STABLE =
      "{\"track\":\"stable\",\"pod\":\"s1\",\"age\":1,\"metrics\":{\"errors\":{\"bad\":0,\"total\":5}}}";

  /** In place of the third line, a tick that is not what it should be; ' stands for ". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "nonsense | not JSON",
        "^^ | no JSON object",
        "[] | no JSON object",
        "{'t':20,'weight':5,'pods':[]} {} | more than one",
        "{'t':20,'weight':5,'pods':[] | not JSON",
        "{'t':20,'weight':5,'pods':[]]} | not JSON",
        "{'t':20,'weight':5} | has no pods",
        "{'weight':5,'pods':[]} | has no t",
        "{'t':20,'pods':[]} | has no weight",
        "{'t':20,'weight':5,'pods':[],'x':1} | /x is not known",
        "{'t':20,'t':30,'weight':5,'pods':[]} | /t is there twice",
        "{'t':10,'weight':5,'pods':[]} | /t is 10 after 10, and must grow",
        "{'t':5,'weight':5,'pods':[]} | must grow",
        "{'t':'20','weight':5,'pods':[]} | /t is no number",
        "{'t':1e10,'weight':5,'pods':[]} | /t is 1e10, and must be",
        "{'t':NaN,'weight':5,'pods':[]} | not JSON",
        "{'t':null,'weight':5,'pods':[]} | /t is no number",
        "{'t':20,'weight':100.1,'pods':[]} | /weight is 100.1, and must be 0 to 100",
        "{'t':20,'weight':-1,'pods':[]} | /weight is -1",
        "{'t':20,'weight':1e999,'pods':[]} | /weight is 1e999",
        "{'t':20,'weight':5,'pods':{}} | /pods is no list",
        "{'t':20,'weight':5,'pods':[1]} | /pods/0 is no object",
        "{'config':{}} | second config",
        "{'history':{'t':20,'pods':[]}} | history, after the first tick",
        "{'t':20,'weight':5,'pods':[],'edge':{'candidate':{'bad':0,'total':1}}} | /edge has no stable",
        "{'t':20,'weight':5,'pods':[],'edge':{'candidate':{'bad':2,'total':1},'stable':{'bad':0,'total':1}}} | /edge/candidate has 2 bad of 1",
        "{'t':20,'weight':5,'pods':[],'edge':{'new':{'bad':0,'total':1}}} | /edge/new is not known",
      })
  void a_tick_says_what_is_wrong_with_it(String line, String wrong) {
    assertRefused(line, wrong);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'pod':'p','age':1,'metrics':{}} | /pods/0 has no track",
        "{'track':'stable','age':1,'metrics':{}} | /pods/0 has no pod",
        "{'track':'stable','pod':'p','metrics':{}} | /pods/0 has no age",
        "{'track':'stable','pod':'p','age':1} | /pods/0 has no metrics",
        "{'track':'old','pod':'p','age':1,'metrics':{}} | must be candidate or stable",
        "{'track':'stable','pod':7,'age':1,'metrics':{}} | /pods/0/pod is no text",
        "{'track':'stable','pod':'p','age':-1,'metrics':{}} | /pods/0/age is -1",
        "{'track':'stable','pod':'p','age':1,'metrics':{},'zone':'a'} | /pods/0/zone is not known",
        "{'track':'stable','pod':'p','age':1,'metrics':{}},{'track':'candidate','pod':'p','age':1,'metrics':{}} | second pod p",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'bad':3,'total':2}}} | /pods/0/metrics/e has 3 bad of 2",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'bad':-1,'total':2}}} | /pods/0/metrics/e/bad is -1",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'bad':0,'total':1e16}}} | /total is 1e16",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'bad':0}}} | has no total",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{}}} | has no bad",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'bad':0,'total':1,'ok':1}}} | /ok is not known",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'bad':0,'total':1},'e':{'bad':0,'total':1}}} | /e is there twice",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':4}} | /e is no object",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'value':'x'}}} | /value is no number",
        "{'track':'stable','pod':'p','age':1,'metrics':{'e':{'value':1,'bad':1}}} | /bad is not known beside",
        "{'track':'stable','pod':'p','age':1,'metrics':{'l':{'le':{'0.1':1}}}} | has no +Inf",
        "{'track':'stable','pod':'p','age':1,'metrics':{'l':{'le':{'0.1':2,'+Inf':1}}}} | fewer requests within Infinity",
        "{'track':'stable','pod':'p','age':1,'metrics':{'l':{'le':{'fast':1,'+Inf':1}}}} | no bound in seconds",
        "{'track':'stable','pod':'p','age':1,'metrics':{'l':{'le':{'-1':1,'+Inf':1}}}} | no bound in seconds",
        "{'track':'stable','pod':'p','age':1,'metrics':{'l':{'le':{'0.5':1,'0.50':1,'+Inf':1}}}} | is there twice",
        "{'track':'stable','pod':'p','age':1,'metrics':{'l':{'le':{'+Inf':1},'le':{'+Inf':1}}}} | there twice",
      })
  void a_pod_says_what_is_wrong_with_it(String pod, String wrong) {
    assertRefused("{'t':20,'weight':5,'pods':[" + pod + "]}", wrong);
  }

  private static void assertRefused(String line, String wrong) {
    Judged judged = Judged.of(CONFIG, GOOD, line.replace('\'', '"'), Judged.tick(30, 5, 0, 0, 9));
    assertThat(judged.exit()).isEqualTo(2);
    assertThat(judged.err()).startsWith("Line 3 ").contains(wrong);
    assertThat(judged.answers()).as("what came before is answered, nothing after").hasSize(1);
  }

  /** In place of the whole config; ' stands for ". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'config':{'tick':10,'tick':10,'analysis':{},'stages':[S]}} | not JSON",
        "{'config':{'analysis':{},'stages':[S]}} | config.tick is missing",
        "{'config':{'tick':0,'analysis':{},'stages':[S]}} | config.tick is 0",
        "{'config':{'tick':10,'stages':[S]}} | config.analysis is missing",
        "{'config':{'tick':10,'analysis':{}}} | config.stages is missing",
        "{'config':{'tick':10,'analysis':{},'stages':[]}} | config.stages has none",
        "{'config':{'tick':10,'analysis':{},'stages':[S],'speed':1}} | config.speed is not known",
        "{'config':{'tick':10,'analysis':{},'stages':[S]},'t':1} | t is not known",
        "{'config':{'tick':10,'analysis':{'metrics':[{'template':'x'}]},'stages':[S]}} | template",
        "{'config':{'tick':10,'analysis':{'arms':'Never'},'stages':[S]}} | did you mean arm?",
        "{'config':{'tick':10,'analysis':{'falseAlarm':0},'stages':[S]}} | falseAlarm",
        "{'config':{'tick':10,'analysis':{'falseAlarm':5},'stages':[S]}} | falseAlarm",
        "{'config':{'tick':10,'analysis':{},'stages':[{'name':'a','weight':101,'min':'1s','max':'2s'}]}} | weight is 101",
        "{'config':{'tick':10,'analysis':{},'stages':[{'name':'a','weight':1,'max':'2s'}]}} | min is missing",
        "{'config':{'tick':10,'analysis':{},'stages':[{'name':'a','weight':1,'min':'1s'}]}} | max is missing",
        "{'config':{'tick':10,'analysis':{},'stages':[{'name':'a','weight':1,'min':'3s','max':'2s'}]}} | max is 2s",
        "{'config':{'tick':10,'analysis':{},'stages':[{'name':'a','weight':1,'min':3,'max':'4s'}]}} | write a duration",
        "{'config':{'tick':10,'analysis':{},'stages':[S,S]}} | second",
        "{'config':{'tick':10,'analysis':{},'stages':[S,{'name':'b','weight':1,'min':'1s','max':'2s'}]}} | weight falls",
        "{'config':{'tick':10,'analysis':{},'stages':[S],'holdback':'96%'}} | holdback leaves 4.0",
        "{'config':{'tick':10,'analysis':{},'stages':[S],'bake':3}} | config.bake",
        "{'t':10,'weight':1,'pods':[]} | must be first",
        "{'history':{'t':-10,'pods':[]}} | must be first",
      })
  void a_config_says_all_that_is_wrong_with_it(String line, String wrong) {
    String stage = "{'name':'a','weight':5,'min':'1s','max':'2s'}";
    Judged judged = Judged.of(line.replace("S", stage).replace('\'', '"'), GOOD);
    assertThat(judged.exit()).isEqualTo(2);
    assertThat(judged.err()).startsWith("Line 1 ").contains(wrong);
    assertThat(judged.answers()).isEmpty();
  }

  @Test
  void every_mistake_of_a_config_is_said_at_once() {
    Judged judged =
        Judged.of("{\"config\":{\"tick\":-1,\"analysis\":{},\"stages\":[{\"name\":\"a\"}]}}");
    assertThat(judged.err()).contains("tick").contains("weight").contains("min").contains("max");
  }

  @Test
  void without_any_line_the_config_is_missing() {
    Judged judged = Judged.of("");
    assertThat(judged.exit()).isEqualTo(2);
    assertThat(judged.err()).startsWith("Line 1 ").contains("config");
  }

  @Test
  void history_is_stables_alone() {
    Judged judged =
        Judged.of(
            CONFIG,
            "{\"history\":{\"t\":-20,\"pods\":[" + STABLE + "]}}",
            "{\"history\":{\"t\":-10,\"pods\":[" + STABLE.replace("stable", "candidate") + "]}}");
    assertThat(judged.exit()).isEqualTo(2);
    assertThat(judged.err()).startsWith("Line 3 ").contains("history is stable's alone");
  }

  @Test
  void time_grows_from_history_on() {
    Judged judged =
        Judged.of(
            CONFIG,
            "{\"history\":{\"t\":20,\"pods\":[" + STABLE + "]}}",
            Judged.tick(10, 5, 0, 0, 100));
    assertThat(judged.err()).startsWith("Line 3 ").contains("must grow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"C328", "C080", "EDA080", "FF", "F5808080", "C3"})
  void what_is_not_utf_8_is_refused(String hex) {
    byte[] bytes = new BigInteger("00" + hex, 16).toByteArray();
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.writeBytes((CONFIG + "\n" + GOOD + "\n").getBytes(StandardCharsets.UTF_8));
    input.writeBytes(
        "{\"t\":20,\"weight\":5,\"pods\":[{\"pod\":\"".getBytes(StandardCharsets.UTF_8));
    input.write(bytes, bytes.length - hex.length() / 2, hex.length() / 2);
    input.writeBytes("\"}]}\n".getBytes(StandardCharsets.UTF_8));
    Judged judged = Judged.of(input.toByteArray());
    assertThat(judged.exit()).isEqualTo(2);
    assertThat(judged.err()).startsWith("Line 3 ").contains("not UTF-8");
    assertThat(judged.answers()).hasSize(1);
  }

  @Test
  void utf_16_and_a_byte_order_mark_are_no_utf_8_json() {
    assertThat(Judged.of(CONFIG.getBytes(StandardCharsets.UTF_16)).exit()).isEqualTo(2);
    assertThat(Judged.of("\uFEFF" + CONFIG).exit()).isEqualTo(2);
  }

  @Test
  void a_line_of_exactly_four_mebibytes_is_read_and_one_byte_more_is_not() {
    String tick = GOOD.replace("}]}", "}]" + " ".repeat((4 << 20) - GOOD.length()) + "}");
    assertThat(tick).hasSize(4 << 20);
    assertThat(Judged.of(CONFIG, tick).exit()).isZero();
    Judged longer = Judged.of(CONFIG, tick.replace("]  ", "]   "));
    assertThat(longer.exit()).isEqualTo(2);
    assertThat(longer.err()).startsWith("Line 2 ").contains("longer than 4 MiB");
  }

  @Test
  void a_line_without_end_is_refused_while_it_is_read() throws IOException {
    AtomicLong given = new AtomicLong();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            given.incrementAndGet();
            return 'x';
          }

          @Override
          public int read(byte[] to, int from, int length) {
            Arrays.fill(to, from, from + length, (byte) 'x');
            given.addAndGet(length);
            return length;
          }
        };
    Filter filter = new Filter(endless, new StringWriter());
    assertThatThrownBy(filter::run).isInstanceOf(Malformed.class).hasMessageContaining("4 MiB");
    assertThat(given.get()).isLessThan(5 << 20);
  }
}
