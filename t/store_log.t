# Lines about trouble with stores: at most ten a second and worker, however many realms and requests fail, and the number
# of those that were left out.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $key = 'key v1 file=v1.key; cookie access_token; revocation strict;';
my @realms = map {"r$_"} 1 .. 25;
my $nginx = Nginx->new(
    realms => {map { $_ => "$key @{[ $redis->directives ]}" } @realms},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} @realms)
        . 'location = /status { session_status; }',
);
my $cookie = cookie(mint({}));
my $trouble = qr/\[(?:error|warn)\].*session: realm "\w+" redis /;

# How many lines of trouble each second has.
sub lines_by_second {
    my %lines;
    $lines{(split ' ')[1]}++ for $nginx->log_lines($trouble);
    return \%lines;
}
sub left_out { my $sum = 0; $sum += /session: (\d+) more lines? about stores left out/ ? $1 : 0 for $nginx->log_lines(qr/left out/); $sum }
sub counted { my $realms = $nginx->get('/status')->json->{realms}; my $sum = 0; $sum += $_->{store}{log_lines_left_out} for values %$realms; $sum }

# Answers that cannot be believed: one line a second and realm, of many requests.
$redis->cli('SET', 'session:epoch', 'yesterday');
my $complaints = 0;
for my $round (1 .. 4) {
    for my $realm (@realms) {
        is $nginx->get("/$realm", $cookie)->status, 503, "$realm fails" or last;
        ++$complaints;
    }
}
eventually { left_out() + keys(%{lines_by_second()}) > 0 && left_out() + $nginx->log_lines($trouble) == $complaints } 5,
    'each failure is a line, or one of those that were left out';
my $by_second = lines_by_second();
is_deeply [grep { $_ > 10 } values %$by_second], [], 'ten lines a second at most';
cmp_ok left_out(), '>', 0, 'some were left out';
is counted(), left_out(), 'session_status counts them';
like +($nginx->log_lines(qr/left out/))[0], qr/\[warn\] \S+ session: \d+ more lines? about stores left out$/, 'the line';

# One that fails alone is told alone.
$redis->cli('DEL', 'session:epoch');
is $nginx->get('/r1', $cookie)->status, 200, 'all is well';
sleep 1.2;
$nginx->forget_log;
$redis->cli('SET', 'session:epoch', 'yesterday');
$nginx->get('/r1', $cookie);
is scalar($nginx->log_lines($trouble)), 1, 'a single failure';
sleep 1.5;
is scalar($nginx->log_lines(qr/left out/)), 0, 'leaves nothing out';

# Redis goes and comes back: 25 connections tell of it.
$redis->cli('DEL', 'session:epoch');
sleep 1.2;
$nginx->forget_log;
$redis->stop;
$nginx->get("/$_", $cookie) for @realms;
ok $nginx->wait_for_log(qr/lost: /, 5), 'the loss is told';
eventually { left_out() > 0 } 5, 'but not of each connection';
is_deeply [grep { $_ > 10 } values %{lines_by_second()}], [], 'ten lines a second at most';
my $rejected = () = $nginx->log_lines(qr/rejected: reason=store/);
is $rejected, 25, 'rejections have a line each all the same';

done;
