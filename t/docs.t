# README describes what there is, and nothing else: directives with their context, variables, reasons, examples.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;

my $root = "$FindBin::Bin/..";
my $readme = read_file("$root/README.md");

# What "## Title" heads, up to the next of its kind.
sub section { $readme =~ /^## \Q$_[0]\E\n(.*?)(?=^## |\z)/ms ? $1 : '' }

# Of each directive: its context, as the table says it.
my %context = (kLocations => 'http, server, location, limit_except', NGX_HTTP_MAIN_CONF => 'http',
    NGX_HTTP_LOC_CONF => 'location', in_realm => 'session_realm', in_slot => 'session_realm');
my ($table) = read_file("$root/src/module.cpp") =~ /^ngx_command_t commands\[\] = \{\n(.*?)^\};/ms;
my (%directive, %place);
while ($table =~ /(?:(in_realm|in_slot)\S*?\(|\{)ngx_string\("(\w+)"\),\s*(\w+)/g) {
    my ($maker, $name, $first) = ($1, $2, $3);
    $directive{$name} = $context{$maker // $first} // 'not known to this test';
    $place{$name} = $maker ? 'Directives of a realm' : 'Directives';
}
cmp_ok scalar keys %directive, '==', scalar(() = $table =~ /ngx_string\(/g), 'the table is understood';

for my $name (sort keys %directive) {
    my ($description) = section($place{$name}) =~ /^### \Q$name\E\n\n(.*?)(?=^### |\z)/ms;
    ok $description, "$name is described" or next;
    like $description, qr/\A    Syntax:  \Q$name\E\b/, "$name: its syntax";
    like $description, qr/^    Default: \S/m, "$name: its default";
    my ($described) = $description =~ /^    Context: (.*)$/m;
    is $described, $directive{$name}, "$name: its context";
    my ($words) = $description =~ /^    Context: .*?\n\n(.*)/ms;
    cmp_ok length($words // ''), '>', 10, "$name: what it does";
}
for my $name (map { section($_) =~ /^### (.*)$/mg } 'Directives', 'Directives of a realm') {
    ok $directive{$name}, "$name is a directive";
}

# Variables.
my $source = read_file("$root/src/nginx/variables.cpp");
my %variable = map { $_ => 1 } $source =~ /\{"(session_\w+)", \w+\}/g, map {"${_}NAME"} $source =~ /= "(session_\w+_)";/g;
cmp_ok scalar keys %variable, '>=', 16, 'the variables are found';
my %described = map { $_ => 1 } section('Variables') =~ /^\| `\$(\w+)` \| \S/mg;
is_deeply [sort keys %described], [sort keys %variable], 'each variable is described, and no other';
for my $name ($readme =~ /\$(session_\w+)/g) {
    ok $variable{$name} || $name =~ /^session_(?:claim|header)_\w+$/, "\$$name exists" or last;
}

# Reasons.
my ($names) = read_file("$root/src/session/reason.cpp") =~ /kNames\[\] = \{(.*?)\};/s;
my @reasons = $names =~ /"(\w+)"/g;
my $reasons = section('Reasons');
is_deeply [$reasons =~ /^\| `(\w+)` \| [^|]+ \| [^|]+ \| (?:yes|no|may) \|$/mg], \@reasons,
    'each reason has its meaning, what the client gets and whether the cookie is deleted';
my ($cleared) = section('Directives of a realm') =~ /^    Default: clear_cookies (.*);$/m;
is join(' ', $reasons =~ /^\| `(\w+)` .* yes \|$/mg), $cleared, 'those that delete the cookie are the default';

# The first configuration loads as it stands.
new_key($_) for qw(v1 v2);
mkdir folder() . '/session';
write_file("session/$_.key", read_file(folder() . "/$_.key")) for qw(v1 v2);
my ($first) = section('A first configuration') =~ /^```nginx\n(.*?)^```/ms;
my ($good, $output) = Example->check(text => $first);
ok $good, 'the first configuration loads' or diag $output;
unlike $output, qr/\[warn\]/, 'without a warning';

# Examples, links, commands.
my %example = map {m{([^/]+)$} => 1} glob "$root/conf-examples/*.conf";
my %named = map { $_ => 1 } $readme =~ /^- `([\w-]+\.conf)`: /mg;
is_deeply [sort keys %named], [sort keys %example], 'each example is named, and no other';
my %anchor = map { lc =~ s/[^\w -]//gr =~ s/ /-/gr => 1 } $readme =~ /^#+ (.*)$/mg;
ok $anchor{$_}, "#$_ leads somewhere" for $readme =~ /\]\(#([^)]+)\)/g;
my $makefile = read_file("$root/Makefile");
my ($own) = $readme =~ /^(.*?)\*\*From source/ms;
like $makefile, qr/^$_:/m, "make $_ exists" for $own =~ /^    make (\w+)\b/mg, $readme =~ /`make (\w+)`/g;

done;
