# A binary upgrade while responses last: old workers stay for them and for nothing else, a revocation ends them there as
# well as at the new workers, and then the old ones are gone.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Masters;

new_key('v1');
write_file('page', 'hello', 0644);
write_file('long', 'x' x 1_000_000, 0644);

sub play {
    my ($name, $realm, $revoke) = @_;
    my $nginx = Nginx->prepare(
        workers => 2,
        main => join('', map {"env $_;"} qw(LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS)),    # for sanitizers
        realm => "key v1 file=v1.key; cookie access_token; $realm",
        locations => 'location / { auth_session app; limit_rate 1000; root ' . folder() . '; }',
    );
    my $masters = Masters->start($nginx);
    my $begin = sub {
        my ($user) = @_;
        my @clients = map { $nginx->connect } 1 .. 6;
        for my $client (@clients) {
            $client->send(Client::format_request('GET', '/long', cookie(mint({sub => $user, sid => "s-$user"}))));
            my $end = time + patience(5);
            $client->fill($end) or die 'no response' until $client->{input} =~ /\r\n\r\nx/;
        }
        return @clients;
    };
    my $all_end = sub {
        my ($what, @clients) = @_;
        my $end = time + patience(5);
        is scalar(grep { 1 while $_->fill($end); time >= $end } @clients), 0, "$name: $what";
    };
    eventually { $nginx->get('/page', cookie(mint({})))->answer eq '200 valid' } 5, "$name: well";

    my @first = $begin->('a');
    my $old = $masters->current;
    my $new = $masters->upgrade;
    kill WINCH => $old;
    my @second = $begin->('b');
    ok((grep { Masters::alive($_) } Masters::workers_of($old)), "$name: old workers stay");
    $revoke->($nginx, 'b');
    $all_end->('a revocation ends what the new workers send', @second);
    $revoke->($nginx, 'a');
    $all_end->('and what the old ones do', @first);
    eventually { Masters::workers_of($old) == 0 } 3, "$name: which then are gone";
    ok $masters->leave($old, $new), "$name: the old master goes";
    my @third = $begin->('c');
    kill QUIT => $new;
    sleep 0.3;
    ok Masters::alive($new), "$name: an end waits for who is served";
    $_->close for @third;
    eventually { !Masters::alive($new) } 5, "$name: and for nobody else";
}

my $redis = RedisServer->new;
my $revoke = sub { $redis->cli('SET', "session:revoked:{$_[1]}:s-$_[1]", 1) };
play('cached', $redis->directives, $revoke);
$redis->cli('FLUSHALL');
play('strict', 'revocation strict; ' . $redis->directives, $revoke);

done;
