package dev.sluice.api;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the Javadoc of the records says: the one text for readers of the code and of the schema. */
final class Javadocs {
  private final Map<String, String> texts = new HashMap<>();

  private Javadocs() {}

  /** Of every class whose source is in that directory. */
  static Javadocs of(Path sources) throws IOException {
    Javadocs read = new Javadocs();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> list = Files.list(sources)) {
      List<Path> java = list.filter(p -> p.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(java));
      DocTrees docs = DocTrees.instance(task);
      for (var unit : task.parse()) {
        new TreePathScanner<Void, String>() {
          @Override
          public Void visitClass(ClassTree tree, String outer) {
            String name = outer + tree.getSimpleName();
            read.note(name, docs, getCurrentPath());
            return super.visitClass(tree, name + ".");
          }
        }.scan(unit, "");
      }
    }
    return read;
  }

  /** What a record is, in its first sentence. */
  Optional<String> of(Class<?> record) {
    return Optional.ofNullable(texts.get(name(record)));
  }

  /** What one of its components means. */
  Optional<String> of(Class<?> record, String component) {
    return Optional.ofNullable(texts.get(name(record) + "#" + component));
  }

  static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer == null ? type.getSimpleName() : name(outer) + "." + type.getSimpleName();
  }

  private void note(String name, DocTrees docs, TreePath path) {
    DocCommentTree comment = docs.getDocCommentTree(path);
    if (comment == null) {
      return;
    }
    texts.put(name, plain(comment.getFirstSentence()));
    for (DocTree tag : comment.getBlockTags()) {
      if (tag instanceof ParamTree param) {
        texts.put(name + "#" + param.getName(), plain(param.getDescription()));
      }
    }
  }

  private static String plain(List<? extends DocTree> trees) {
    StringBuilder out = new StringBuilder();
    for (DocTree tree : trees) {
      switch (tree) {
        case TextTree text -> out.append(text.getBody());
        case LiteralTree literal -> out.append(literal.getBody().getBody());
        case LinkTree link -> out.append(link.getReference().getSignature());
        default -> throw new IllegalStateException("not a plain text: " + tree);
      }
    }
    return out.toString().replaceAll("\\s+", " ").strip();
  }
}
