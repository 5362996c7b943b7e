#!/usr/bin/env python3
"""The checks themselves: each rule finds its offence, and lets good code pass."""

import unittest

import check
import source

GOOD = "// Why.\n#include <string>\n"


def includes(path, line):
    return list(check.check_includes(path, "// Why.\n" + line + "\n"))


def banned(path, line):
    return list(check.check_banned(path, "// Why.\n" + line + "\n"))


class TidyTest(unittest.TestCase):
    def test_rooms_never_include_one_another(self):
        self.assertTrue(includes("http/a.cpp", '#include "storage/storage.hpp"'))
        self.assertTrue(includes("actors/a.cpp", '#include "http/server.hpp"'))
        self.assertTrue(includes("storage/a.cpp", '#include "runtime/app/config.hpp"'))
        self.assertEqual(includes("storage/a.cpp", '#include "runtime/ports/journal.hpp"'), [])

    def test_the_floor_has_an_order(self):
        self.assertTrue(includes("runtime/flow/a.cpp", '#include "runtime/expr/template.hpp"'))
        self.assertEqual(includes("runtime/expr/a.cpp", '#include "runtime/flow/model.hpp"'), [])

    def test_a_library_lives_in_its_room(self):
        self.assertTrue(includes("http/a.cpp", "#include <rocksdb/db.h>"))
        self.assertTrue(includes("runtime/flow/a.cpp", "#include <openssl/evp.h>"))
        self.assertTrue(includes("storage/a.cpp", "#include <unheard/of.h>"))
        self.assertEqual(includes("runtime/base/a.cpp", "#include <openssl/evp.h>"), [])

    def test_banned_calls_are_found_in_code_only(self):
        self.assertTrue(banned("actors/a.cpp", "self->delayed_send(self, 1s);"))
        self.assertTrue(banned("actors/a.cpp", "#include <caf/all.hpp>"))
        self.assertTrue(banned("storage/a.cpp", "auto t = std::chrono::system_clock::now();"))
        harmless = '// system_clock::now() is not for us\nf("printf(");'
        self.assertEqual(banned("storage/a.cpp", harmless), [])

    def test_a_function_is_measured_whole(self):
        body = "\n".join("  x();" for _ in range(80))
        text = ("namespace a {\nFoo::Foo(int b) : b_{b}, c_(b) {\n" + body
                + "\n}\nint f() { return 1; }\n}\n")
        found = {name: count for _, count, name in source.functions(text)}
        self.assertEqual(found["Foo::Foo"], 82)
        self.assertEqual(found["f"], 1)

    def test_a_class_is_no_function(self):
        text = "class A : public B<int(int)> {\n" + "  int f();\n" * 90 + "};\n"
        self.assertEqual([name for _, count, name in source.functions(text) if count > 70], [])

    def test_a_file_includes_its_own_header_first(self):
        both = {"http/a.cpp", "http/a.hpp"}
        good = '// A.\n#include "http/a.hpp"\n#include <string>\n'
        late = '// A.\n#include <string>\n#include "http/a.hpp"\n'
        self.assertFalse(list(check.check_own_header("http/a.cpp", good, both)))
        self.assertTrue(list(check.check_own_header("http/a.cpp", late, both)))
        self.assertFalse(list(check.check_own_header("http/a.cpp", late, {"http/a.cpp"})))

    def test_lines_have_an_end(self):
        self.assertTrue(list(check.check_lengths("a.cpp", "x" * 101)))
        self.assertEqual(list(check.check_lengths("a.cpp", "x" * 100)), [])


if __name__ == "__main__":
    unittest.main()
