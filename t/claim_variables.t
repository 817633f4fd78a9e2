# $session_claim_NAME, $session_header_NAME and auth_session_claim_set: how each JSON type is shown, nested claims, and
# that no claim breaks out of the header it is put into.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use JSON::PP ();

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; token bearer;',
    http => '
        auth_session_claim_set $roles realm_access roles;
        auth_session_claim_set $deep a b c d;
        auth_session_claim_set $url https://example.com/roles;
        auth_session_claim_set $user_name sub;',
    server => '
        add_header X-Value "[$session_claim_value]" always;
        add_header X-Roles "[$roles]" always;
        add_header X-Deep "[$deep]" always;
        add_header X-Url "[$url]" always;
        add_header X-Name "[$user_name]" always;
        add_header X-Header "[$session_header_kid][$session_header_x][$session_header_no]" always;',
    echo => '[$session_claim_value]',
);

sub shown { my ($name, $claims, %option) = @_; $nginx->get('/', bearer(mint($claims, %option)))->header("X-$name") }
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

my @table = (
    ['a string', 'admin', 'admin'],
    ['a string of digits', '007', '007'],
    ['an empty string', '', ''],
    ['quotes', 'say "hi"', 'say "hi"'],
    ['a backslash', 'a\b', 'a\b'],
    ['an integer', 42, '42'],
    ['a negative one', -7, '-7'],
    ['a large one', 9007199254740993, '9007199254740993'],
    ['a fraction', 1.5, '1.5'],
    ['true', $true, 'true'],
    ['false', $false, 'false'],
    ['a list of strings', ['a', 'b'], 'a,b'],
    ['a list of scalars', ['a', 1, $true], 'a,1,true'],
    ['a list of one', ['a'], 'a'],
    ['an empty list', [], ''],
    ['an object', {b => [1]}, '{"b":[1]}'],
    ['a list of objects', [{b => 1}], '[{"b":1}]'],
    ['a nested list', [['a']], '[["a"]]'],
);
is shown(Value => {value => $_->[1]}), "[$_->[2]]", $_->[0] for @table;
is shown(Value => {value => undef}), '[]', 'absent';
is shown(Value => {value => "\x{20ac}"}), "[\xe2\x82\xac]", 'UTF-8';

is shown(Roles => {realm_access => {roles => ['admin', 'shop']}}), '[admin,shop]', 'a nested claim';
is shown(Roles => {realm_access => {role => ['admin']}}), '[]', 'one that is not there';
is shown(Roles => {realm_access => 'roles'}), '[]', 'a path through a string';
is shown(Roles => {realm_access => ['roles']}), '[]', 'a path through a list';
is shown(Roles => {'realm_access.roles' => 'x'}), '[]', 'a name is no path';
is shown(Deep => {a => {b => {c => {d => 'e'}}}}), '[e]', 'four names deep';
is shown(Url => {'https://example.com/roles' => 'x'}), '[x]', 'a name that is a URL';
is shown(Name => {}), '[42]', 'one name';
is shown(Header => {}, kid => 'v1', header => {x => ['y', 'z']}), '[v1][y,z][]', 'members of the header';

my @evil = ("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\0b", "tab\there", "\x7f", "esc\e[31m");
for my $evil (@evil, ["a\r\nX-Evil: 1"], {"x\r\nX-Evil" => 1}, [["\n"]]) {
    my $response = $nginx->get('/', bearer(mint_raw('{"alg":"HS256"}', json(claims(value => $evil)))));
    my $name = json($evil);
    next if $evil eq "a\0b" and is $response->reason, 'malformed', "$name: NUL";
    is $response->answer, '200 valid', "$name passes";
    is $response->header('X-Evil'), undef, "$name is no header of its own";
    unlike $response->header('X-Value') // '', qr/[\0-\x1f\x7f]/, "$name shows no control byte";
    like $response->body, qr/^\[.+\]$/, "$name reaches the upstream in one line";
    unlike $response->body, qr/[\0-\x1f\x7f]/, "$name reaches the upstream without control bytes";
}

is shown($_ => {exp => 1, value => 'x', realm_access => {roles => 'x'}}) // '[]', '[]', "rejected: $_ is empty"
    for qw(Value Roles Name);

done;
