# The realm's and the tenants' epochs: every token issued until then is out.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}");
my $now = time;
sub answer_at { my ($iat, %claims) = @_; $nginx->get('/', cookie(mint({iat => $iat, %claims})))->answer }

is answer_at($now - 100), '200 valid', 'no epoch';
$redis->cli('SET', 'session:epoch', $now - 50);
is answer_at($now - 100), '401 epoch', 'issued before';
is answer_at($now - 50), '401 epoch', 'in the very second';
is answer_at($now - 49), '200 valid', 'a second after';
is answer_at(undef), '401 epoch', 'no iat counts as 0';
is answer_at($now - 100, sub => 'anyone', tenant => 't1'), '401 epoch', 'whoever it is';
like $nginx->get('/', cookie(mint({iat => $now - 100})))->header('Set-Cookie'), qr/^access_token=;/,
    'the cookie is deleted';
$redis->cli('DEL', 'session:epoch');
eventually { answer_at($now - 100) eq '200 valid' } 5, 'taken back, by a server that is known to be the same';

$redis->cli('SET', 'session:epoch:t1', $now - 50);
is answer_at($now - 100, tenant => 't1'), '401 epoch', "the tenant's epoch";
is answer_at($now - 49, tenant => 't1'), '200 valid', 'a second after';
is answer_at($now - 100, tenant => 't2'), '200 valid', 'another tenant';
is answer_at($now - 100), '200 valid', 'no tenant';
$redis->cli('SET', 'session:epoch:7', $now);
is answer_at($now - 100, tenant => 7), '401 epoch', 'a tenant that is a number';
$redis->cli('SET', "session:epoch:\xc3\xa9 b", $now);
is answer_at($now - 100, tenant => "\x{e9} b"), '401 epoch', 'a tenant with an odd name';

$redis->cli('SET', 'session:epoch', $now - 200);
is answer_at($now - 100, tenant => 't1'), '401 epoch', 'both: either is enough';
is answer_at($now - 10, tenant => 't1'), '200 valid', 'after both';
is answer_at($now - 250, tenant => 't2'), '401 epoch', "before the realm's";
$redis->cli('SET', 'session:epoch', '*');
is answer_at($now - 10), '503 store', 'an epoch knows no star: no answer';

done;
