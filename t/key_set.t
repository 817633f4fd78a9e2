# Keys from a JWK set in a file: by kid, by trying, beside keys of the configuration; what it skips and what it refuses.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use JSON::PP qw(decode_json);

new_key('secret');
new_key($_, $_) for qw(rsa p256 p384 p521 ed25519);
new_key('other', 'p256');
my @good = ([rsa => 'one'], [p256 => 'two'], [p384 => 'three'], [p521 => 'four'],
    [ed25519 => 'five', {use => 'sig', alg => 'EdDSA', x5t => 'ignored', unknown => [1]}],
    [secret => 'six', {alg => 'HS256'}]);
my $set = decode_json(jwk_set(@good));
write_file('set.json', json($set));

my $nginx = Nginx->new(
    realm => 'key_set file=set.json; cookie access_token;',
    echo => '$session_user $session_key',
);
sub answer_for { my $r = $nginx->get('/', cookie(mint(@_))); $r->status == 200 ? $r->body : $r->answer }

is answer_for({}, key => $_->[0], kid => $_->[1]), "42 $_->[1]", "$_->[0] by kid" for @good;
is answer_for({}, key => $_->[0]), "42 $_->[1]", "$_->[0] without a kid" for @good;
is answer_for({}, key => 'rsa', kid => 'two'), '401 algorithm', "a kid of another type's key";
is answer_for({}, key => 'rsa', kid => 'seven'), '401 key', 'a kid that is not in the set';
is answer_for({}, key => 'other', kid => 'two'), '401 signature', 'another key under a known kid';

my @skipped = ({kty => 'quantum', kid => 'x'}, {kty => 'RSA', kid => 'enc', use => 'enc', n => 'AQAB', e => 'AQAB'},
    {kty => 'EC', kid => 'half', crv => 'P-256', x => 'AA'}, 'no object', {kid => 'no type'});
write_file('set.json', json({keys => [@skipped, @{$set->{keys}}]}));
$nginx->forget_log;
ok $nginx->reload, 'a set with keys that cannot be used';
like $nginx->log, qr/\[warn\].*set\.json.*"x".*kty/, 'an unknown type is warned of';
is answer_for({}, key => 'p256', kid => 'two'), '42 two', 'the others serve';

write_file('set.json', json(decode_json(jwk_set(['p256', undef], ['p384', undef]))));
ok $nginx->reload(realm => 'key own file=secret.key; key_set file=set.json; cookie access_token;'),
    'a set without kids, beside a key';
is answer_for({}, key => 'secret', kid => 'own'), '42 own', "the configuration's key";
like answer_for({}, key => 'p384'), qr/^42 \S+$/, 'a key without a kid is tried';
is answer_for({}, key => 'p384', kid => 'three'), '401 key', 'and never picked by one';

for my $case (
    ['no JSON', '{"keys":['],
    ['no keys', '{"key":[]}'],
    ['an empty list', '{"keys":[]}'],
    ['no list', '{"keys":{"kty":"EC"}}'],
    ['none that can be used', json({keys => \@skipped})],
) {
    write_file('broken.json', $case->[1]);
    my ($good, $output) = Nginx->check(realm => 'key_set file=broken.json; cookie access_token;');
    ok !$good, "a set with $case->[0] is an error";
    like $output, qr/\[emerg\].*broken\.json/, 'which names the file';
}

done;
