# session-ctl mint and inspect: nginx takes what was minted, and inspect shows it without its signature.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Ctl;
use Logins qw(opened);

new_key($_) for qw(v1 v2);
new_key('ec', 'p256');
write_file('hex.key', 'ab' x 32);
write_file('more.json', '{"role":"admin","deep":{"a":[1,2]},"exp":1}');
my $nginx = Nginx->new(
    realm => 'key v2 file=v2.key; key v1 file=v1.key; key hex file=hex.key encoding=hex alg=HS512; key ec file=ec.pub;
        issuer iss; audience a b; claims subject=uid tenant=org; token bearer;',
    locations => 'location / { auth_session app; proxy_pass http://backend; }',
    echo => '$session_user $session_key $session_tenant $session_id $session_claim_role');
my @rules = (qw(--issuer iss --audience a --audience b --claims), 'subject=uid,tenant=org');
sub alive { my $response = $nginx->get('/', bearer($_[0])); $response->answer . ' ' . $response->body }

my $token = mint_by_ctl('--key', 'v2=v2.key', @rules, qw(--user 42 --tenant t1 --session s1 --id j1 --payload more.json));
is alive($token), '200 valid 42 v2 t1 s1 admin', 'minted';
my ($header, $claims) = opened($token, 'v2');
is_deeply $header, {alg => 'HS256', typ => 'JWT', kid => 'v2'}, 'its header';
is $claims->{exp} - $claims->{iat}, 900, 'good for 15 minutes, whatever the payload says';
is_deeply [@$claims{qw(iss aud jti sid version)}, $claims->{deep}], ['iss', ['a', 'b'], 'j1', 's1', 'v2', {a => [1, 2]}], 'its claims';

for my $key (['v1', 'v1.key'], ['hex', 'hex.key,encoding=hex,alg=HS512'], ['ec', 'ec.key']) {
    my $minted = mint_by_ctl('--key', "$key->[0]=$key->[1]", @rules, qw(--user 43));
    like alive($minted), qr/^200 valid 43 $key->[0]  \S+$/, "by $key->[0]";
}
isnt mint_by_ctl('--key', 'v1.key', qw(--user 43)), mint_by_ctl('--key', 'v1.key', qw(--user 43)), 'no two are the same';
my $short = mint_by_ctl('--key', 'v2.key', @rules, qw(--user 42 --lifetime 1h30m));
(undef, $claims) = opened($short, 'v2');
is $claims->{exp} - $claims->{iat}, 5400, 'a lifetime';

my $as_json = ctl('mint', '--key', 'v2.key', @rules, qw(--user 42 --json))->json;
is alive($as_json->{token}), "200 valid 42 v2  $as_json->{session}", 'as JSON';
is $as_json->{expires_at} - $as_json->{issued_at}, 900, 'with its times';
Workspace::keep_secret($as_json->{token}, $as_json->{token} =~ /([^.]+)$/);

# What the realm itself would refuse is not made.
for my $rules (['--lifetime', '0s'], ['--require-claims', 'exp,role']) {
    my $refused = ctl('mint', '--key', 'v2.key', '--user', '42', @$rules);
    is $refused->status . $refused->output, 1, "@$rules: refused";
    like $refused->errors, qr/would not be valid/, 'and why';
}

# Inspect.
my ($mac) = $token =~ /([^.]+)$/;
my $shown = ctl('inspect', '--stdin', {input => "$token\n"});
is $shown->status, 0, 'inspect';
like $shown->output, qr/^header   \{"alg":"HS256".*\nclaims   \{.*"uid":"42".*\}\nissued   \d{4}-\d\d-\d\dT[\d:]+Z\nexpires  \S+\nverdict  none, for want of a --key\n\z/,
    'what it says';
unlike $shown->output, qr/\Q$mac\E/, 'without its signature';
like ctl('inspect', '--key', 'v2.key', @rules, $token)->output, qr/^verdict  valid$/m, 'with a key';
like ctl('inspect', '--key', 'v1=v1.key', @rules, $token)->output, qr/^verdict  key$/m, 'with another';
my $inspected = ctl('inspect', '--json', $token)->json;
is_deeply [$inspected->{header}{kid}, $inspected->{claims}{uid}, $inspected->{reason}], ['v2', '42', undef], 'as JSON';
my $broken = ctl('inspect', 'a.b.c');
is $broken->status . $broken->output, "1malformed\n", 'what is no token';
is_deeply ctl('inspect', '--json', 'a.b.c')->json, {header => undef, claims => undef, reason => 'malformed'}, 'as JSON';
my $escape = mint_raw('{"alg":"HS256"}', '{"sub":"\u001b[2J","x":"\u009b"}', key => 'v2');
unlike ctl('inspect', $escape)->output, qr/[\x00-\x09\x0b-\x1f\x7f]/, 'no control byte reaches the terminal';

done;
